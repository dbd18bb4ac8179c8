/** Makes images smaller: that of `tabship/images`, or another one. */
export interface ImageOptimizer {
  /** What it does, as it reads in a plan: `PNG without loss`. */
  readonly description: string
  /** All that its results depend on beside the bytes: what was made by the same settings is not made again. */
  readonly settings: string
  /** Whether it can do anything for a file, going by its path. */
  takes(path: string): boolean
  /**
   * Begins the work of one deployment; loads nothing yet.
   * @param signal Ends the work, also in the middle of an image.
   */
  open(signal: AbortSignal): ImageWork
}

/** Images on their way through an {@link ImageOptimizer}. */
export interface ImageWork {
  /** Images that may be under way at once. */
  readonly width: number
  /**
   * Encodes an image anew in its own format, away from the main thread wherever there are workers.
   * @param bytes Belong to the work from now on.
   * @returns `undefined` where it stays as it is: it would not get smaller, or would lose something.
   * @throws what tells why it can't be read; the signal's reason
   */
  shrink(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Ends its workers. */
  close(): void
}

/** What was saved. */
export interface OptimizedFiles {
  /** Files that became smaller. */
  readonly files: number
  /** Their bytes before. */
  readonly before: number
  /** Their bytes after. */
  readonly after: number
  /** Files that were looked at and stay as they are. */
  readonly skipped: number
}
