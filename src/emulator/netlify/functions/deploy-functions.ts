import type { Call } from '../call.js'
import { NetlifyFailure } from '../failure.js'

/** A route that a function answers at. */
export interface FunctionRoute {
  readonly pattern: string
  /** A path without placeholders. */
  readonly literal?: string
  /** A regular expression. */
  readonly expression?: string
  /** None: all of them. */
  readonly methods?: readonly string[]
  /** Whether a file at the same path comes first. */
  readonly prefer_static?: boolean
}

/** What a deploy says of one of its functions. */
export interface FunctionConfig {
  readonly routes?: readonly FunctionRoute[]
  readonly excluded_routes?: readonly FunctionRoute[]
  readonly [name: string]: unknown
}

/** The functions of a deploy, as its list names them. */
export interface DeployFunctions {
  /** SHA-256 of the archive, by name. */
  readonly digests: ReadonlyMap<string, string>
  readonly schedules: readonly { readonly name: string; readonly cron: string }[]
  readonly configs: Readonly<Record<string, FunctionConfig>>
  /** By name, as the uploads told them. */
  readonly runtimes: Map<string, string>
  /** Digests that are still to be uploaded. */
  required: Set<string>
}

/** Reads what the request for a deploy says of functions; `undefined` where it says nothing. */
export function readFunctions({ json }: Call): DeployFunctions | undefined {
  const { functions, function_schedules: schedules = [], functions_config: configs = {} } = json
  if (functions === undefined) return undefined
  const digests = new Map<string, string>()
  for (const [name, digest] of Object.entries(functions as Record<string, unknown>)) {
    if (!/^[\w-]+$/.test(name)) throw new NetlifyFailure(422, `Not the name of a function: ${name}`)
    if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) {
      throw new NetlifyFailure(422, `Not a SHA-256 digest: ${name}`)
    }
    digests.set(name, digest)
  }
  const read: DeployFunctions = {
    digests,
    schedules: schedules as DeployFunctions['schedules'],
    configs: configs as DeployFunctions['configs'],
    runtimes: new Map(),
    required: new Set(),
  }
  const named = [...read.schedules.map(({ name }) => name), ...Object.keys(read.configs)]
  const unknown = named.find((name) => !digests.has(name))
  if (unknown !== undefined) throw new NetlifyFailure(422, `There is no function ${unknown}`)
  return read
}
