import type { DeploymentEvent } from 'tabship'
import { count, formatBytes, formatDuration, sentence, shortenIds, spellNames } from './format.js'

/** One line of the log. */
export interface LogLine {
  /** Milliseconds since the deployment started. */
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
    case 'step-start':
      return { kind: 'step', text: spellNames(event.title) }
    case 'step-end':
      return plain(`${sentence(event.summary).slice(0, -1)} (${formatDuration(event.duration)}).`)
    case 'step-error':
      return { kind: 'error', text: sentence(shortenIds(event.error.message)) }
    case 'step-cancel':
      return { kind: 'warning', text: 'Canceled.' }
    case 'log-line':
      return event.source === 'process' ? null : plain(event.text)
    case 'files-exclude':
      return plain(`Left out ${count(event.files.length, 'path')}: ${event.files.map(({ path }) => path).join(', ')}.`)
    case 'upload-start':
      return plain(`Sending ${count(event.files, 'file')}, ${formatBytes(event.bytes)}.`)
    case 'release-state':
      return plain(`The release is ${event.state}.`)
    case 'request-retry':
      return { kind: 'warning', text: `${spellNames(event.provider)} is asked again: ${sentence(event.reason)}` }
    case 'transport-change':
      return plain(
        `${spellNames(event.provider)} is reached by ${event.transport} from here on: ${sentence(event.reason)}`,
      )
    case 'warning':
      return { kind: 'warning', text: `${sentence(event.message)} ${sentence(event.hint)}`.trim() }
    default:
      return null
  }
}

function plain(text: string): Line {
  return { kind: 'plain', text }
}
