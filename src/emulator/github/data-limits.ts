/** How much the Git Data API takes at once. Tests may make it less. */
export interface DataLimits {
  /** Entries of one tree. */
  treeEntries: number
  /** Bytes of the contents in one tree. */
  treeBytes: number
  /** Bytes of one blob. */
  blobBytes: number
  /** How a tree that is too large is refused: in words, or by a gateway that gave up. */
  treeRefusal: 422 | 502
}

/**
 * GitHub publishes no limits of its own for these requests. Blobs from about 40 MB on are refused as "too large to process", long
 * before the 100 MB of a push; trees run into the time limit of a request.
 */
export function defaultDataLimits(): DataLimits {
  return { treeEntries: 1000, treeBytes: 8 * 1024 * 1024, blobBytes: 40 * 1024 * 1024, treeRefusal: 422 }
}

/** GitHub's words for a blob that is too large. */
export const blobTooLarge: string =
  'Sorry, your input was too large to process. Consider creating the blob in a local clone of the repository and then pushing it to GitHub.'

/** GitHub's words for a tree that is too large. */
export const treeTooLarge: string =
  "Sorry, your request timed out. It's likely that your input was too large to process. Consider building the tree incrementally, or building the commits you need in a local clone of the repository and then pushing them to GitHub."
