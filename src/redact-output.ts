import type { EventBody } from './spec/event.js'
import type { RedactedStream, Redactor } from './toolkit/redactor.js'

/**
 * Takes secrets out of the output of processes, also where one is split between two chunks: the end of a chunk that may begin
 * one is held back until the next, or until the process ends.
 * @returns what to emit in place of an event; nothing while all of it is held back.
 */
export function redactOutput(redactor: Redactor): (body: EventBody) => readonly EventBody[] {
  const streams = new Map<string, RedactedStream>()
  return (body) => {
    if (body.type !== 'process-output' && body.type !== 'process-end') return [body]
    const { process } = body
    const stream = streams.get(process) ?? redactor.stream()
    streams.set(process, stream)
    const data = body.type === 'process-output' ? stream.push(body.data) : stream.end()
    const output: EventBody[] = data === '' ? [] : [{ type: 'process-output', process, data }]
    return body.type === 'process-output' ? output : [...output, body]
  }
}
