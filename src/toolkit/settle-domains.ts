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
  const open = pending.filter(({ dns }) => dns !== 'ready')
  const unknown = open.filter(({ dns }) => dns === 'unknown')
  const astray = open.filter(({ dns }) => dns !== 'unknown')
  // What leads there already need not be set; that it is the user's may still have to be proven.
  const records = pending.flatMap(({ dns, records: own }) =>
    dns === 'ready' ? own.filter(({ purpose }) => purpose === 'ownership') : own,
  )
  const wrong = open
    .filter(({ dns }) => dns === 'wrong')
    .map(({ domain, found }) => `${domain} has ${found.join(', ')}`)
  const problems = [...new Set(pending.flatMap(({ problem }) => problem ?? []))]
  const name = nameOf(provider)
  const messages = [
    ...(astray.length > 0 ? [`The DNS does not lead ${listed(astray)} to ${name} yet.`] : []),
    ...(unknown.length > 0 ? [`Whether the DNS leads ${listed(unknown)} to ${name} is not known.`] : []),
    ...(open.length === 0 ? [`${name} has not got everything ready for ${listed(pending)} yet.`] : []),
  ]
  const set = records.map(({ type, name, value }) => `${type} ${name} ${value}`).join('; ')
  const isCertain = astray.length > 0 || open.length === 0
  const todo =
    records.length > 0
      ? `Set at the registrar${isCertain ? '' : ', where it is not there yet'}: ${set}. It may take up to two days until that is seen everywhere; `
      : ''
  return {
    code: 'domain-pending',
    message: [...messages, ...wrong.map((one) => `${one} instead.`), ...problems].join(' '),
    hint: `${todo}checkDomains tells how far it is, and the next deployment goes on with it.`,
  }
}

function listed(statuses: readonly DomainStatus[]): string {
  return statuses.map(({ domain }) => domain).join(', ')
}
