/** Whether the device has a network at all, as the browser knows it. */
export interface Network {
  readonly online: boolean
  /** Calls back whenever it changes. @returns stops that. */
  watch(callback: () => void): () => void
}
