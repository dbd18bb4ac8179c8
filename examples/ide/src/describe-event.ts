import type { DeploymentEvent } from 'tabship'
import { count, formatBytes, formatDuration } from './format.js'

/** One line of the log. */
export interface LogLine {
  /** Milliseconds since the deployment started. */
  readonly at: number
  readonly kind: 'step' | 'plain' | 'warning' | 'error'
  readonly text: string
}

/** What an event reads like in the log; `null` for those that the table or the terminal shows already. */
export function describeEvent(event: DeploymentEvent): Pick<LogLine, 'kind' | 'text'> | null {
  switch (event.type) {
    case 'step-start':
      return { kind: 'step', text: event.title }
    case 'step-end':
      return plain(`${event.summary} (${formatDuration(event.duration)})`)
    case 'step-error':
      return { kind: 'error', text: event.error.message }
    case 'step-cancel':
      return { kind: 'warning', text: 'Canceled' }
    case 'project-detect':
      return plain(`${event.project.frameworkName} with ${event.project.packageManager}`)
    case 'process-start':
      return plain(`$ ${event.command}`)
    case 'process-end':
      return event.exitCode === 0 ? null : { kind: 'error', text: `The command ended with code ${event.exitCode}` }
    case 'log-line':
      return event.source === 'process' ? null : plain(event.text)
    case 'files-exclude':
      return plain(`Left out: ${event.files.map(({ path }) => path).join(', ')}`)
    case 'files-collect':
      return plain(`${count(event.files, 'file')}, ${formatBytes(event.bytes)} in ${event.folder}`)
    case 'repository-ready':
      return plain(`${event.repository.created ? 'Created' : 'Found'} repository ${event.repository.fullName}`)
    case 'commit-create':
      return plain(`${event.commit.branch} is at ${event.commit.oid.slice(0, 7)}`)
    case 'site-ready':
      return plain(`${event.site.created ? 'Created' : 'Found'} site ${event.site.name}`)
    case 'upload-start':
      return plain(`Sending ${count(event.files, 'file')}, ${formatBytes(event.bytes)}`)
    case 'release-state':
      return plain(`Release is ${event.state}`)
    case 'release-verify':
      return plain(`${count(event.verification.compared, 'file')} compared at ${event.verification.url}`)
    case 'request-retry':
      return { kind: 'warning', text: `${event.provider} is asked again: ${event.reason}` }
    case 'transport-change':
      return plain(`${event.provider} goes through the relay: ${event.reason}`)
    case 'warning':
      return { kind: 'warning', text: `${event.message} ${event.hint}` }
    default:
      return null
  }
}

function plain(text: string): Pick<LogLine, 'kind' | 'text'> {
  return { kind: 'plain', text }
}
