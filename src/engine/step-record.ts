/** What a journal keeps of one step. JSON-safe. */
export interface StepRecord {
  /** `begun` is written before its first side effect, `ended` after its last. */
  readonly state: 'begun' | 'ended'
  /** What the step saved last; `null` where it saved nothing. */
  readonly checkpoint: unknown
  /** Its output as {@link Result} keeps it; `null` until it has ended. */
  readonly result: unknown
}

/** Where the engine keeps what happens, and finds what an earlier run of the same graph kept. */
export interface StepJournal {
  /** What an earlier run wrote of a step. */
  earlier(step: string): StepRecord | undefined
  /** Resolves when it would survive the end of the process. Never rejects: without a journal a run goes on. */
  write(step: string, record: StepRecord): Promise<void>
  /** Takes note that a record could not be read back, and keeps it out of the way. */
  setAside(step: string, cause: unknown): Promise<void>
}

/** How the output of a step is kept, so that a later run need not run it again. */
export interface Result<Output> {
  /** A JSON-safe value. */
  keep(output: Output): unknown
  /**
   * The output of a kept value; `undefined` where what it refers to is no longer there.
   * @throws where the value is not one that `keep` gave.
   */
  restore(kept: unknown): Promise<Output | undefined>
}

/** For outputs that are JSON-safe themselves. */
export function jsonResult<Output>(schema: { parse(value: unknown): Output }): Result<Output> {
  return { keep: (output) => output, restore: async (kept) => schema.parse(kept) }
}
