/**
 * Small values by key that survive the tab. Values are what structured clone copies, without functions; keys are paths such as
 * `deployments/<id>/steps/site`.
 */
export interface Journal {
  /** Resolves with `undefined` where there is no such key. */
  read(key: string): Promise<unknown>
  /** Writes all or nothing; `undefined` removes a key. Once it resolves, a closed tab loses none of it. */
  write(changes: ReadonlyMap<string, unknown>): Promise<void>
  /** The keys that start with a prefix, in order. */
  keys(prefix: string): Promise<readonly string[]>
}
