import type { Context } from '../spec/context.js'
import type { DomainStatus } from '../spec/domain.js'
import { nameOf } from './name-of.js'
import { poll } from './poll.js'

/** Domains at a provider that have been added, and what becomes of them. */
export interface DomainWork {
  readonly provider: string
  /** Milliseconds to wait for DNS and certificates. */
  readonly timeLimit: number
  readonly context: Context
  look(): Promise<readonly DomainStatus[]>
  /** Does what can be done at this point: proves ownership, asks for certificates, forces HTTPS. @returns whether anything was done */
  act(statuses: readonly DomainStatus[]): Promise<boolean>
  /** Whether nothing more is to come. */
  isSettled(status: DomainStatus): boolean
}

/**
 * Follows domains until they are served or the time is over, and tells what changes. What is not there then may take days, so that it
 * is a warning which names the records, and no failure.
 */
export async function settleDomains(work: DomainWork): Promise<readonly DomainStatus[]> {
  const { context, provider, timeLimit } = work
  const { clock } = context
  const end = clock.now() + timeLimit
  const told = new Map<string, string>()

  async function look(): Promise<readonly DomainStatus[]> {
    const statuses = await work.look()
    for (const status of statuses) {
      const text = JSON.stringify(status)
      if (told.get(status.domain) !== text) context.report({ type: 'domain-status', status })
      told.set(status.domain, text)
    }
    context.progress(statuses.filter((status) => work.isSettled(status)).length, statuses.length, 'steps')
    return statuses
  }

  const isOver = (statuses: readonly DomainStatus[]) => statuses.every((one) => work.isSettled(one))
  const statuses = await poll({
    ...context,
    first: 1000,
    most: 15_000,
    timeLimit,
    ask: async () => {
      const now = await look()
      return !isOver(now) && (await work.act(now)) ? look() : now
    },
    done: (now) => isOver(now) || clock.now() >= end,
    key: (now) => JSON.stringify(now),
    expired: () => new TypeError('the last question ends the waiting'),
  })
  const pending = statuses.filter((status) => !work.isSettled(status))
  if (pending.length > 0) context.report({ type: 'warning', ...pendingWarning(provider, pending) })
  return statuses
}

function pendingWarning(provider: string, pending: readonly DomainStatus[]) {
  const names = pending.map(({ domain }) => domain).join(', ')
  const open = pending.filter(({ dns }) => dns !== 'ready')
  const records = (open.length > 0 ? open : pending).flatMap((status) => status.records)
  const wrong = open
    .filter(({ dns }) => dns === 'wrong')
    .map(({ domain, found }) => `${domain} has ${found.join(', ')}`)
  const problems = [...new Set(pending.flatMap(({ problem }) => problem ?? []))]
  const message =
    open.length > 0
      ? `The DNS does not lead ${names} to ${nameOf(provider)} yet.`
      : `${nameOf(provider)} has not got everything ready for ${names} yet.`
  const set = records.map(({ type, name, value }) => `${type} ${name} ${value}`).join('; ')
  return {
    code: 'domain-pending',
    message: [message, ...wrong.map((one) => `${one} instead.`), ...problems].join(' '),
    hint: `Set at the registrar: ${set}. It may take up to two days until that is seen everywhere; checkDomains tells how far it is, and the next deployment goes on with it.`,
  }
}
