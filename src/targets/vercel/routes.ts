import type { VercelCondition } from '../../spec/rules.js'

/** A route of `config.json`. Source: vercel.com/docs/build-output-api/configuration, "routes". */
export interface Route {
  readonly src?: string
  readonly dest?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly continue?: boolean
  readonly check?: boolean
  readonly has?: readonly VercelCondition[]
  readonly missing?: readonly VercelCondition[]
  readonly handle?: string
}

/** Routes by when they are looked at; `null`: before the files are. */
export type PhasedRoutes = ReadonlyMap<string | null, readonly Route[]>

/** Takes a list of routes apart at its handles. */
export function phasesOf(routes: readonly Route[]): PhasedRoutes {
  const phases = new Map<string | null, Route[]>([[null, []]])
  let phase: string | null = null
  for (const route of routes) {
    if (route.handle !== undefined) phase = route.handle
    const found = phases.get(phase) ?? []
    if (route.handle === undefined) found.push(route)
    phases.set(phase, found)
  }
  return phases
}

/** One list of several, with the earlier ones in front in each phase. */
export function joinPhases(...parts: readonly PhasedRoutes[]): Route[] {
  const joined = new Map<string | null, Route[]>([[null, []]])
  for (const part of parts) {
    for (const [phase, routes] of part) joined.set(phase, [...(joined.get(phase) ?? []), ...routes])
  }
  // Before anything is found, what was found is of no interest, and errors come last.
  const order = ['filesystem', 'rewrite', 'resource', 'miss', 'hit', 'error']
  const rankOf = (phase: string | null) => (phase === null ? -1 : order.indexOf(phase))
  const sorted = [...joined].sort(([one], [other]) => rankOf(one) - rankOf(other))
  return sorted.flatMap(([phase, routes]) => [...(phase === null ? [] : [{ handle: phase }]), ...routes])
}
