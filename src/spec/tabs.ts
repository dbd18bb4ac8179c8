/** What the tabs of one origin share: locks by name, and channels to speak over. */
export interface Tabs {
  /** Takes a lock that is free; resolves with `undefined` where somebody holds it, this tab included. */
  tryLock(name: string): Promise<Lock | undefined>
  /** Waits until the lock is free and takes it. Rejects with the signal's reason. */
  lock(name: string, signal: AbortSignal): Promise<Lock>
  /** Whether somebody holds it, this tab included. */
  isLocked(name: string): Promise<boolean>
  /** Opens a channel; `listen` gets what all others post on it, this tab's own other channels of that name included. */
  open(name: string, listen: (message: unknown) => void): Channel
}

/** A lock that is held. It is released with the tab too, however that ends. */
export interface Lock {
  release(): void
}

/** One end of a channel. */
export interface Channel {
  /** Sends what structured clone copies to all others; in order, but only to who listens now. */
  post(message: unknown): void
  close(): void
}
