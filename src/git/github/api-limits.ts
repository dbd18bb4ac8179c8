/** What one request carries at the most; GitHub gives up on much more. */
export const mostOfTree: { readonly entries: number; readonly bytes: number } = { entries: 200, bytes: 2_000_000 }
/** Bytes of a text that goes along with its tree; a longer one is written by itself. */
export const mostInlineBytes: number = 1_000_000

/** What a commit leaves of the limit of an hour to what comes after it: deployments, comments, settings. */
export const creatingReserve: number = 20

/**
 * "In general, no more than 80 content-generating requests per minute and no more than 500 content-generating requests per hour
 * are allowed" (GitHub Docs, "About secondary rate limits").
 */
export const creatingLimits = [
  { most: 80, within: 60_000 },
  { most: 500, within: 3_600_000 },
] as const
