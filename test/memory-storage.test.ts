import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../src/memory-storage.js'
import { sha1 } from '../src/toolkit/sha1.js'
import { optionsError } from './support/options-error.js'

const bytes = new TextEncoder().encode('<p>Hello</p>')
const report = (): void => {
  throw new Error('Nothing is to be reported.')
}

describe('a storage in memory', () => {
  it('is shared by all that are given it, and by nobody else', async () => {
    const [storage, other] = [memoryStorage(), memoryStorage()]
    const digest = await sha1(bytes)
    const first = storage.openContents(report)
    await first.put(digest, bytes)
    await first.flush()
    await storage.journal.write(new Map([['a', 1]]))
    const lock = await storage.tabs.tryLock('site')

    expect(await storage.openContents(report).get(digest)).toEqual(bytes)
    expect(await other.openContents(report).lacking([digest])).toEqual([digest])
    expect(await other.journal.keys('')).toEqual([])
    expect(await other.tabs.isLocked('site')).toBe(false)

    await storage.openContents(report).delete([digest])
    expect(await first.get(digest)).toBeUndefined()
    lock?.release()
  })

  it('remembers 20 deployments for 30 days, unless it is told otherwise', () => {
    const month = 30 * 24 * 60 * 60_000
    expect(memoryStorage().retention).toEqual({ count: 20, age: month })
    expect(memoryStorage({ retention: { count: 3 } }).retention).toEqual({ count: 3, age: month })
    expect(memoryStorage({ retention: { age: 1000 } }).retention).toEqual({ count: 20, age: 1000 })
  })

  it('refuses wrong options by name', () => {
    const wrong = { retention: { count: -1, agee: 1 } }
    const message = optionsError(() => memoryStorage(wrong)).message
    expect(message).toContain('memoryStorage.retention.count: expected a number of deployments from 0')
    expect(message).toContain('memoryStorage.retention: there is no option agee')
  })
})
