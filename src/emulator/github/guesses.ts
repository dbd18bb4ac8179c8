import type { Waiver } from '../waiver.js'

/** What was decided for want of a source. */
export const guesses: readonly Waiver[] = [
  {
    what: 'any endpoint: the words of the 422 for a query or a body that the contract refuses',
    reason:
      'Known are those for what is missing and for a wrong type; for other rules they are put together after the same pattern.',
  },
  {
    what: 'any endpoint: 422 for parameters of a query that the contract refuses',
    reason:
      'The contract tells of 422 for bodies. That GitHub refuses each such parameter, and none is passed over, was not looked up.',
  },
  {
    what: 'any endpoint: the error of a wrong type of body or version, of which the status alone is documented',
    reason: '“You will receive a 400 error” is all that is said of a version that is not supported.',
  },
  {
    what: 'any endpoint: HEAD is answered as GET, without a body',
    reason: 'The contract has no HEAD; HTTP says what it is (RFC 9110, 9.3.2).',
  },
  {
    what: 'any endpoint: the words of the 403 for a fine-grained token, a job’s or one of an app, without the permission',
    reason: 'One sentence is taken for all endpoints; that each says it was not looked up.',
  },
]
