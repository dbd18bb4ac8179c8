import type { Warning } from '../../spec/plan.js'
import { isQuotaExceeded } from './is-quota-exceeded.js'

const consequence = 'The deployment goes on, but after a reload the project must be built again.'

/** There is room neither below the limit nor by removing what nobody used of late. */
export const noRoom: Warning = {
  code: 'contents-not-kept',
  message: `The files of this deployment are kept in memory only: the store of files has reached its limit. ${consequence}`,
  hint: 'Raise the limit of the store, or forget deployments that are no longer needed.',
}

/** What to tell of a failure to write. */
export function notKept(cause: unknown): Warning {
  if (isQuotaExceeded(cause)) {
    return {
      code: 'storage-full',
      message: `The files of this deployment are kept in memory only: the browser's storage is full. ${consequence}`,
      hint: 'Free space on the disk, or delete what this page has stored and no longer needs.',
    }
  }
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message.replace(/\.$/, '')}` : String(cause)
  return {
    code: 'contents-not-kept',
    message: `The files of this deployment are kept in memory only: the browser's storage does not work (${reason}). ${consequence}`,
    hint: 'Allow this page to store data; private windows and blocked cookies forbid it.',
  }
}
