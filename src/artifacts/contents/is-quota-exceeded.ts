/** Whether the error, or one behind it, says that the disk or the origin's share of it is full. */
export function isQuotaExceeded(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'QuotaExceededError') return true
  }
  return false
}
