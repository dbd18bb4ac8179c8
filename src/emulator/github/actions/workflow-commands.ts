import { StringDecoder } from 'node:string_decoder'
import type { JobLog } from './job-log.js'

/** Takes what a step writes. */
export interface StepOutput {
  take(chunk: Uint8Array): void
  /** Takes the last line, which may lack its end. */
  end(): void
}

const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/s

/**
 * Reads the output of a step: lines go into the log, the commands in them (`::group::`, `::add-mask::`) are carried out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function createStepOutput(log: JobLog, setOutput: (name: string, value: string) => void): StepOutput {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  /** By it commands are taken up again. */
  let stopped: string | undefined

  function line(text: string): void {
    const [, name = '', properties = '', raw = ''] = command.exec(text) ?? []
    if (stopped !== undefined) {
      if (text.trim() === `::${stopped}::`) stopped = undefined
      else log.write(text)
      return
    }
    const value = decodeMessage(raw)
    if (name === 'add-mask') log.mask(value)
    if (name === 'stop-commands') stopped = value
    if (name === 'set-output') setOutput(/name=([^,]*)/.exec(properties)?.[1] ?? '', value)
    const shown = shownAs(name, value)
    if (shown === undefined) log.write(text)
    else if (shown !== null) log.write(shown)
  }

  return {
    take: (chunk) => {
      const lines = (rest + decoder.write(Buffer.from(chunk))).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const one of lines) line(one)
    },
    end: () => {
      rest += decoder.end()
      if (rest !== '') line(rest)
      rest = ''
    },
  }
}

/** `null`: not at all; `undefined`: it is no command. */
function shownAs(name: string, value: string): string | null | undefined {
  if (name === 'group' || name === 'error' || name === 'warning' || name === 'notice') return `##[${name}]${value}`
  if (name === 'endgroup') return '##[endgroup]'
  const quiet = ['add-mask', 'debug', 'set-output', 'stop-commands', 'add-matcher', 'remove-matcher', 'echo']
  return quiet.includes(name) ? null : undefined
}

function decodeMessage(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
