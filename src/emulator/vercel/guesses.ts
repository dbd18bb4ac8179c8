import type { Waiver } from '../waiver.js'

const words = 'The SDK names no errors; status and words are the emulator’s.'

/** What was decided for want of a source. */
export const guesses: readonly Waiver[] = [
  {
    what: 'createProject: a name is the only thing that a body must have',
    reason: 'The SDK leaves the whole body optional; a project needs one.',
  },
  {
    what: 'any endpoint: the words of the 400 for a query or a body that the contract refuses',
    reason:
      'They are made of the rules of the schema, each after the same pattern; not compared with Vercel’s rule by rule.',
  },
  { what: 'any endpoint: 400 for a body of another type, and for a path that is not well encoded', reason: words },
  { what: 'any endpoint: 403 for a token without the right to write', reason: words },
  {
    what: 'any endpoint: 405 for HEAD',
    reason: 'As for every method that a path does not have; no source was at hand that Vercel answers it as GET.',
  },
  {
    what: 'uploadFile: 400 for a file that is too large',
    reason: 'The CLI knows the code `size_limit_exceeded`; with which status it comes is told nowhere.',
  },
  {
    what: 'uploadFile: 429 where the uploads of a day are used up',
    reason: 'The limit and its code are known from what users report, the status is not.',
  },
  {
    what: 'assignAlias: 400 for a deployment that is not ready, an alias that is none, or a domain that is not there',
    reason: words,
  },
  {
    what: 'createCustomEnvironment, requestPromote, requestRollback, createProjectTransferRequest: 409 where it can not be',
    reason: words,
  },
]
