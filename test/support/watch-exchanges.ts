import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { type Exchange, exchangeChannel } from '../../src/emulator/exchanges.js'
import { Tally } from './contracts/tally.js'
import { partsFolder } from './report.js'

// Part of every test file: what its emulators are asked and what they answer is counted for `reports/contracts.md`.
// Tests of the emulators send by hand what they like; in others clients and Tabship send.
const tally = new Tally(() => expect.getState().testPath?.includes('/test/emulator/') ?? false)
const add = (exchange: unknown): void => tally.add(exchange as Exchange)
subscribe(exchangeChannel, add)

/** Counts nothing more, for tests that break a contract on purpose. @returns what goes on counting */
export function ignoreExchanges(): () => void {
  unsubscribe(exchangeChannel, add)
  return () => subscribe(exchangeChannel, add)
}

afterAll(() => {
  unsubscribe(exchangeChannel, add)
  if (tally.endpoints.length === 0) return
  appendFileSync(join(partsFolder(), 'exchanges.jsonl'), `${JSON.stringify(tally.endpoints)}\n`)
})
