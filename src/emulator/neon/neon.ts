import type { Accounts } from '../accounts.js'
import { createRandom, type Random } from '../random.js'
import type { Handler } from '../serve.js'
import { createNeonApi } from './api.js'
import type { NeonWorld } from './call.js'
import type { NeonDelays } from './delays.js'
import { createIds } from './ids.js'
import { completeLimits, createLimiter, type NeonLimits } from './limits.js'
import { createMachine } from './machine.js'
import { createState, type NeonState } from './state.js'

/** How an emulated Neon is made. */
export interface NeonOptions {
  readonly accounts: Accounts
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
  /** Where ids and names come from; passwords are always random. @default other ones each time */
  readonly random?: Random
  readonly delays?: NeonDelays
  readonly limits?: NeonLimits
  /** Whether pages may read the API's answers. The real one is not known to let any. @default false */
  readonly cors?: boolean
}

/**
 * An emulated Neon: its management API and what that knows. There is no Postgres behind it yet: connection strings have the real form
 * and lead to hosts below `neon.localhost`, where nobody answers. What serves them (SQL over HTTP at `api.<host without its first
 * label>/sql`) finds a compute in `state` by the first label of its host, and its data by `branch.timeline`, which a restore replaces.
 */
export interface Neon {
  /** The API, under `/api/v2`. */
  readonly api: Handler
  /** What it knows, with everything done that is due by now. */
  readonly state: NeonState
  /**
   * Lets an operation that runs fail, as a provider's own trouble would.
   *
   * @param forGood whether it is not tried again; those that wait for it are then cancelled. @default false
   * @throws where no such operation runs
   */
  fail(operationId: string, message: string, forGood?: boolean): void
}

/** Makes an emulated Neon without projects. Each user's own account and each organization is one of its organizations. */
export function createNeon(options: NeonOptions): Neon {
  const { accounts, now = Date.now, random = createRandom(undefined, 'neon'), delays = {} } = options
  const limits = completeLimits(options.limits ?? {})
  const ids = createIds(random)
  const users = accounts.all.filter(({ kind }) => kind === 'user').map(({ login }) => [login, ids.uuid()] as const)
  const createdAt = now()
  const organizations = accounts.all.map((account) => ({ id: ids.organization(), account, createdAt }))
  const state = createState(new Map(users), organizations)
  const machine = createMachine({ state, ids, now, delays })
  const limiter = createLimiter(limits, now)
  const world: NeonWorld = { state, machine, accounts, limiter, limits, ids, now }
  return {
    api: createNeonApi(world, options.cors),
    get state() {
      machine.settle()
      return state
    },
    fail: (operationId, message, forGood = false) => {
      machine.settle()
      const operation = state.operations.get(operationId)
      if (!operation) throw new Error(`The emulated Neon has no operation ${operationId}`)
      machine.fail(operation, message, forGood)
    },
  }
}
