/** A role of Postgres. */
export interface NeonRole {
  readonly name: string
  readonly password: string
  /** The password before a reset, which is good until the reset's last operation has finished. */
  readonly formerPassword: string | undefined
  readonly canLogin: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** A database of Postgres. */
export interface NeonDatabase {
  readonly id: number
  readonly name: string
  readonly ownerName: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** What the control plane knows of the data: by name, oldest first. What is written is a new content in the place of the old one. */
export interface NeonContent {
  readonly roles: ReadonlyMap<string, NeonRole>
  readonly databases: ReadonlyMap<string, NeonDatabase>
}

/**
 * The history of a branch's data. A branch that is made, and one that is restored, begins a new one where another one was at some time.
 * Tables and rows belong here as well, by `id`; nothing of this emulator has any yet.
 */
export interface NeonTimeline {
  /** 32 hex digits. */
  readonly id: string
  readonly ancestor: { readonly timeline: NeonTimeline; readonly at: number } | undefined
  /** Oldest first. */
  readonly versions: { readonly at: number; readonly content: NeonContent }[]
}

/** Makes a timeline. */
export function createTimeline(
  id: string,
  at: number,
  content: NeonContent,
  ancestor?: NeonTimeline['ancestor'],
): NeonTimeline {
  return { id, ancestor, versions: [{ at, content }] }
}

/** What there was at a time; `undefined` before there was anything. */
export function contentAt(timeline: NeonTimeline, at: number): NeonContent | undefined {
  const version = timeline.versions.findLast((one) => one.at <= at)
  if (version) return version.content
  const { ancestor } = timeline
  return ancestor && contentAt(ancestor.timeline, Math.min(at, ancestor.at))
}

/** What there is now. */
export function contentOf({ versions }: NeonTimeline): NeonContent {
  const last = versions.at(-1)
  if (!last) throw new Error('A timeline has at least one version')
  return last.content
}

/** Writes a part of the content. */
export function write(timeline: NeonTimeline, at: number, change: Partial<NeonContent>): void {
  timeline.versions.push({ at, content: { ...contentOf(timeline), ...change } })
}

/** The map with another entry, or with one that is changed and stays in its place. */
export function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): Map<string, Value> {
  return new Map(map).set(key, value)
}

/** The map without an entry. */
export function withoutEntry<Value>(map: ReadonlyMap<string, Value>, key: string): Map<string, Value> {
  return new Map([...map].filter(([one]) => one !== key))
}
