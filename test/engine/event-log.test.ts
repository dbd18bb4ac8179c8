import { describe, expect, it } from 'vitest'
import { createEventLog } from '../../src/engine/event-log.js'
import { settled } from '../support/simulated-clock.js'

async function readAll<Event>(log: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = []
  for await (const event of log) events.push(event)
  return events
}

describe('an event log', () => {
  it('gives every reader all of it in order, however late or early it comes', async () => {
    const log = createEventLog<number>()
    const early = readAll(log)
    log.append(1)
    await settled()
    const between = readAll(log)
    log.append(2)
    log.append(3)
    log.close()
    const late = readAll(log)
    expect(await Promise.all([early, between, late])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('gives an event as soon as it is there', async () => {
    const log = createEventLog<string>()
    const reader = log[Symbol.asyncIterator]()
    const next = reader.next()
    log.append('now')
    expect(await next).toEqual({ done: false, value: 'now' })
  })

  it('ends for those who wait, and takes nothing more', async () => {
    const log = createEventLog<string>()
    const waiting = readAll(log)
    await settled()
    log.close()
    log.append('too late')
    expect(await waiting).toEqual([])
    expect(await readAll(log)).toEqual([])
  })

  it('keeps readers apart: one that leaves takes nothing from the others', async () => {
    const log = createEventLog<number>()
    const reader = readAll(log)
    log.append(1)
    for await (const event of log) if (event === 1) break
    log.append(2)
    log.close()
    expect(await reader).toEqual([1, 2])
  })
})
