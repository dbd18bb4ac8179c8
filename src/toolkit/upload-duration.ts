/** Bytes a millisecond of a middling line upwards. */
const pace = 1500

/**
 * About how long it takes to send files, in milliseconds.
 * @param requests One after the other they would take 75 ms each; some thirty are under way at once.
 */
export function uploadDuration(requests: number, bytes: number): number {
  return Math.round(requests * 2.5 + bytes / pace)
}
