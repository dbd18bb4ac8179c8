import type { Waiver } from '../waiver.js'

/** What replies have beside the contract, and why. */
export const waivers: readonly Waiver[] = [
  {
    what: '*: reply.status',
    reason:
      'GitHub repeats the status in every error. The contract has it in `basic-error`, not in `validation-error`.',
  },
  {
    what: 'repos/create-or-update-environment: reply.errors',
    reason:
      'GitHub says which field it refuses. The contract promises a `basic-error` here, and has them in `validation-error`.',
  },
]
