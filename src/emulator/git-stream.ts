import { Readable, Writable } from 'node:stream'
import { type LaunchOptions, launchGit } from './git-launcher.js'

/** A process of git whose input and output are streamed. */
export interface GitStream {
  readonly input: Writable
  /** Fails where git can't be started. */
  readonly output: Readable
  /** Resolves when the process has ended, with what it wrote to its standard error. */
  readonly closed: Promise<string>
  /** Ends the process, and its group where it has one. */
  stop(): void
}

/** Starts git with both ways streamed: either waits until the other side has taken what it got. */
export function streamGit(command: readonly string[], options: LaunchOptions): GitStream {
  let close: (complaints: string) => void
  const closed = new Promise<string>((resolve) => {
    close = resolve
  })
  let taken: (() => void) | undefined
  const input = new Writable({
    write: (bytes: Uint8Array, _, done) => {
      taken = done
      launch.tell({ type: 'input', bytes })
    },
    final: (done) => {
      launch.tell({ type: 'input-end' })
      done()
    },
  })
  const output = new Readable({ read: () => launch.tell({ type: 'more' }) })
  const refuse = (code = 'EPIPE'): void => {
    if (!input.writableFinished) input.destroy(Object.assign(new Error(`git takes no more input: ${code}`), { code }))
  }
  const launch = launchGit({ command, options }, (report) => {
    if (report.type === 'output') output.push(report.bytes)
    else if (report.type === 'taken') taken?.()
    else if (report.type === 'refused') refuse(report.code)
    else {
      refuse()
      if (report.type === 'end') output.push(null)
      else output.destroy(Object.assign(new Error(report.message), { code: report.code }))
      close(report.type === 'end' ? report.complaints.toString() : report.message)
    }
  })
  return { input, output, closed, stop: () => launch.tell({ type: 'stop' }) }
}
