import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../src/memory-storage.js'
import { sha1 } from '../src/toolkit/sha1.js'
import { optionsError } from './support/options-error.js'

const bytes = new TextEncoder().encode('<p>Hello</p>')
const report = (): void => {
  throw new Error('Nothing is to be reported.')
}

/** Contents of one kilobyte, each of another byte, under their digests. */
async function makeContents(count: number): Promise<[string, Uint8Array<ArrayBuffer>][]> {
  const contents = Array.from({ length: count }, (_, seed) => new Uint8Array(1000).fill(seed))
  return Promise.all(contents.map(async (content) => [await sha1(content), content]))
}

function passHours(hours: number): void {
  vi.setSystemTime(Date.now() + hours * 60 * 60_000)
}

afterEach(() => {
  vi.useRealTimers()
})

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

  it('drops what was used least recently beyond its limit, when contents are opened next', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const storage = memoryStorage({ contentLimit: 2000 })
    const contents = await makeContents(4)
    const digests = contents.map(([digest]) => digest)
    const first = storage.openContents(report)
    for (const [digest, content] of contents) await first.put(digest, content)
    passHours(1)
    await first.get(digests[0] ?? '')
    passHours(2)
    const second = storage.openContents(report)
    expect(await second.lacking(digests)).toEqual(digests.slice(1, 3))
    expect(await second.get(digests[3] ?? '')).toEqual(contents[3]?.[1])
  })

  it('drops nothing that was put, read or asked for within the hour, however much it is', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const storage = memoryStorage({ contentLimit: 1 })
    const contents = await makeContents(4)
    const digests = contents.map(([digest]) => digest)
    const first = storage.openContents(report)
    for (const [digest, content] of contents.slice(1)) await first.put(digest, content)
    passHours(0.9)
    for (const [digest, content] of contents.slice(0, 2)) await first.put(digest, content)
    await first.get(digests[2] ?? '')
    passHours(0.9)
    expect(await storage.openContents(report).lacking(digests)).toEqual([digests[3]])
    passHours(0.9) // that it was asked for counts too
    expect(await storage.openContents(report).lacking(digests)).toEqual([digests[3]])
  })

  it('refuses wrong options by name', () => {
    const limit = optionsError(() => memoryStorage({ contentLimit: 0 })).message
    expect(limit).toContain('memoryStorage.contentLimit: expected a number of bytes above 0')
    const wrong = { retention: { count: -1, agee: 1 } }
    const message = optionsError(() => memoryStorage(wrong)).message
    expect(message).toContain('memoryStorage.retention.count: expected a number of deployments from 0')
    expect(message).toContain('memoryStorage.retention: there is no option agee')
  })
})
