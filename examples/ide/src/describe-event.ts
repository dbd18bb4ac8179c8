import type { DeploymentEvent } from 'tabship'
import {
  count,
  formatBytes,
  formatDuration,
  formatSeconds,
  nameOf,
  sentence,
  shortenIds,
} from '../../support/format.js'
import { describeApproval, describeDecision, describeStatus, isBuildLog, statusOf } from './run-words.js'

/** One line of the log. */
export interface LogLine {
  /** Milliseconds since the deployment started, without those in which nobody ran it. */
  readonly at: number
  readonly kind: 'step' | 'plain' | 'warning' | 'error'
  readonly text: string
}

type Line = Pick<LogLine, 'kind' | 'text'>

/**
 * What an event reads like in the log; `null` for those that the table or the terminal shows already, and for facts that the
 * end of their step sums up.
 */
export function describeEvent(event: DeploymentEvent): Line | null {
  switch (event.type) {
    case 'deployment-resume':
      return { kind: 'step', text: ['Goes on where it stopped.', ...event.differences].join(' ') }
    case 'step-start':
      return { kind: 'step', text: event.title }
    case 'step-skip':
      return plain(`${event.title}: done before.`)
    case 'step-end':
      return plain(`${sentence(event.summary).slice(0, -1)} (${formatDuration(event.duration)}).`)
    case 'step-error':
      return { kind: 'error', text: sentence(shortenIds(event.error.message)) }
    case 'step-cancel':
      return { kind: 'warning', text: 'Canceled.' }
    case 'log-line':
      return event.source === 'process' || isBuildLog(event) ? null : plain(event.text)
    case 'setting-ready':
      return plain(`${sentence(`${event.setting.replaceAll('-', ' ')} ${event.name}`).slice(0, -1)}: ${event.change}.`)
    case 'run-start':
      return plain(`${event.adopted ? 'Goes on with' : 'Started'} run ${event.run.id} on ${event.host}.`)
    case 'run-job':
      return plain(`Job ${event.job.name}: ${describeStatus(event.job)}.`)
    case 'run-step':
      return statusOf(event.jobStep) === 'failed' ? { kind: 'error', text: `${event.jobStep.name}: failed.` } : null
    case 'approval-wait':
      return warning(describeApproval(event.approval))
    case 'approval-end':
      return plain(describeDecision(event.decision))
    case 'files-exclude':
      return plain(`Left out ${count(event.files.length, 'path')}: ${event.files.map(({ path }) => path).join(', ')}.`)
    case 'upload-start':
      return plain(`Sending ${count(event.files, 'file')}, ${formatBytes(event.bytes)}.`)
    case 'release-state':
      return plain(`The release is ${event.state}.`)
    case 'request-retry':
      return warning(`${nameOf(event.provider)} is asked again${describePause(event)} (${event.reason}).`)
    case 'request-wait':
      return warning(
        `${nameOf(event.provider)} asks to wait ${formatSeconds(event.until - event.time)} (${event.reason}).`,
      )
    case 'network-offline':
      return warning('There is no network: everything waits.')
    case 'network-online':
      return plain(`The network is back after ${formatDuration(event.duration)}.`)
    case 'transport-change':
      return plain(`${nameOf(event.provider)} is reached by ${event.transport} from here on: ${sentence(event.reason)}`)
    case 'journal-set-aside':
      return warning(event.message)
    case 'warning':
      return warning(`${event.message} ${event.hint}`.trim())
    default:
      return null
  }
}

/** ` in 12 s`; nothing where it is at once. */
function describePause({ until, time }: { readonly until: number; readonly time: number }): string {
  return until - time < 1_000 ? '' : ` in ${formatSeconds(until - time)}`
}

function plain(text: string): Line {
  return { kind: 'plain', text }
}

function warning(text: string): Line {
  return { kind: 'warning', text }
}
