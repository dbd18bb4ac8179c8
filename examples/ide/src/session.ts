import { type DeploymentEvent, type DeploymentState, initialState, reduce } from 'tabship'
import { describeEvent, type LogLine } from './describe-event.js'
import type { Place } from './place.js'

/** A step's request that is not sent before a time. */
export interface Wait {
  readonly provider: string
  /** Whether the provider has asked for it; otherwise it is the pause before another try. */
  readonly isAsked: boolean
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** A deployment as the panel shows it: the library's own state, and what is told of the moment. */
export interface Session {
  readonly id: string
  readonly place: Place
  /** Which tab runs it, or ran it: this one, another one, or one that has gone in the middle. */
  readonly tab: 'this' | 'other' | 'gone'
  readonly state: DeploymentState
  readonly log: readonly LogLine[]
  /** By the step that waits. */
  readonly waits: ReadonlyMap<string, Wait>
  /** Steps that an earlier run has done. */
  readonly doneBefore: ReadonlySet<string>
  /** Milliseconds since the epoch; `null` while there is a network. */
  readonly offlineSince: number | null
  /** Milliseconds in which nobody ran it. */
  readonly paused: number
  /** When its last event came: milliseconds since the epoch. */
  readonly changedAt: number | null
  /** Whether it was asked to stop and has not stopped yet. */
  readonly isCanceling: boolean
  readonly cancel: () => void
}

const logLimit = 2_000
/** How far back a line is not said again: steps run side by side, so that repetitions need not be neighbors. */
const repetition = 6
/** Milliseconds: a wait that is shorter is over before anybody has read of it. */
const noticeableWait = 2_000

/** A deployment of which nothing is known yet. */
export function newSession(given: Pick<Session, 'id' | 'place' | 'tab' | 'cancel'>): Session {
  return {
    ...given,
    state: initialState,
    log: [],
    waits: new Map(),
    doneBefore: new Set(),
    offlineSince: null,
    paused: 0,
    changedAt: null,
    isCanceling: false,
  }
}

/** The session after one more event; the same events give the same session in every tab. */
export function withEvent(session: Session, event: DeploymentEvent): Session {
  const { changedAt } = session
  const gap = event.type === 'deployment-resume' && changedAt !== null ? event.time - changedAt : 0
  const next = {
    ...session,
    state: reduce(session.state, event),
    waits: waitsAfter(session.waits, event),
    doneBefore: doneBeforeAfter(session, event),
    offlineSince: offlineAfter(session.offlineSince, event),
    paused: session.paused + gap,
    changedAt: event.time,
  }
  return { ...next, log: logAfter(next, event) }
}

/** Milliseconds that were worked on it, without those in which nobody ran it. */
export function workedTime({ state, paused }: Session): number {
  return (state.endedAt ?? 0) - (state.startedAt ?? 0) - paused
}

/** Whether it is under way as far as is known: in this tab, or in another one. */
export function isRunning({ state, tab }: Session): boolean {
  return tab !== 'gone' && (state.status === 'waiting' || state.status === 'running')
}

function waitsAfter(waits: Session['waits'], event: DeploymentEvent): Session['waits'] {
  const { type, step, time } = event
  if (type === 'deployment-resume' || type === 'deployment-end') return new Map()
  if (step === null || type === 'log-line') return waits
  if (type === 'request-wait' || type === 'request-retry') {
    const { until, provider, reason } = event
    const isAsked = type === 'request-wait' || /^status (403|429)$/.test(reason)
    const isLater = until > (waits.get(step)?.until ?? 0)
    return until - time > noticeableWait && isLater ? new Map([...waits, [step, { provider, isAsked, until }]]) : waits
  }
  // The step has moved on.
  return waits.has(step) ? new Map([...waits].filter(([id]) => id !== step)) : waits
}

function doneBeforeAfter({ doneBefore, state }: Session, { type, step }: DeploymentEvent): Session['doneBefore'] {
  if (type === 'deployment-resume') return new Set(state.steps.filter(({ status }) => status === 'done').map(idOf))
  if (step === null) return doneBefore
  if (type === 'step-skip') return new Set([...doneBefore, step])
  return type === 'step-start' && doneBefore.has(step)
    ? new Set([...doneBefore].filter((id) => id !== step))
    : doneBefore
}

const idOf = ({ id }: { readonly id: string }): string => id

function offlineAfter(since: number | null, { type, time }: DeploymentEvent): number | null {
  if (type === 'network-offline') return time
  return type === 'network-online' || type === 'deployment-resume' || type === 'deployment-end' ? null : since
}

function logAfter({ state, log, paused }: Session, event: DeploymentEvent): readonly LogLine[] {
  const line = describeEvent(event)
  if (line === null || log.slice(-repetition).some(({ text }) => text === line.text)) return log
  return [...log.slice(-logLimit), { ...line, at: event.time - (state.startedAt ?? event.time) - paused }]
}
