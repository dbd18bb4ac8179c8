import { describe, expect, it } from 'vitest'
import { JournalError } from '../../../src/errors/journal-error.js'
import type { ContentStore } from '../../../src/spec/artifact.js'
import { type Content, digests, diskFull, keep, makeContent, makeContents, setUp } from './bench.js'

const hour = 60 * 60_000
const mebibyte = 1024 * 1024

async function expectAll(store: ContentStore, contents: readonly Content[]): Promise<void> {
  const wrong: string[] = []
  for (const { sha1, bytes } of contents) {
    const found = await store.get(sha1)
    if (!found || !Buffer.from(found).equals(bytes)) wrong.push(sha1)
  }
  expect(wrong).toEqual([])
}

describe('contents', () => {
  it('are found by a later store, each with its own bytes, whatever their size', async () => {
    const bench = setUp()
    const contents = await Promise.all([0, 1, 4096, 5 * mebibyte, 100_000].map((size) => makeContent(size, size)))
    await keep(bench.open(), contents)
    const later = bench.open()
    expect(await later.lacking([...digests(contents), 'f'.repeat(40)])).toEqual(['f'.repeat(40)])
    await expectAll(later, contents)
    expect(bench.warnings).toEqual([])
  })

  it('are found before they are written, and written only with the others of their pack', async () => {
    const bench = setUp()
    const store = bench.open()
    const contents = await makeContents(9, mebibyte / 2)
    for (const { sha1, bytes } of contents.slice(0, 7)) await store.put(sha1, bytes)
    expect(bench.done.written).toEqual([])
    await expectAll(store, contents.slice(0, 7))
    expect(await store.lacking(digests(contents))).toEqual(digests(contents.slice(7)))
    await keep(store, contents.slice(7))
    expect(bench.done.written).toHaveLength(2)
    expect([...bench.packs.values()].map(({ length }) => length)).toEqual([4 * mebibyte, mebibyte / 2])
    await expectAll(store, contents)
  })

  it('of many kilobytes each are kept in few packs, and one larger than a pack in its own', async () => {
    const bench = setUp()
    const large = await makeContent(9 * mebibyte, 1)
    const small = await makeContents(10, 1000)
    await keep(bench.open(), [...small.slice(0, 5), large, ...small.slice(5)])
    expect([...bench.packs.values()].map(({ length }) => length).sort()).toEqual([10_000, 9 * mebibyte].sort())
    await expectAll(bench.open(), [large, ...small])
  })

  it('that another deployment has put are not written again', async () => {
    const bench = setUp()
    const contents = await makeContents(20, 1000)
    await keep(bench.open(), contents)
    const { indexed } = bench.done
    await keep(bench.open(), contents)
    expect(bench.done.written).toHaveLength(1)
    expect(bench.done.indexed - indexed).toBe(1) // the use of one pack, not of twenty files
  })

  it('that two tabs put at the same time are all found by both', async () => {
    const bench = setUp()
    const [one, other] = [bench.open(), bench.open()]
    const contents = await makeContents(40, 1000)
    await Promise.all([keep(one, contents.slice(0, 30)), keep(other, contents.slice(10))])
    expect(await one.lacking(digests(contents))).toEqual([])
    await expectAll(other, contents)
    await expectAll(bench.open(), contents)
  })

  it('that another tab puts later are found on a miss', async () => {
    const bench = setUp()
    const store = bench.open()
    const [first, second] = await makeContents(2, 1000)
    if (!first || !second) throw new Error('Not made')
    expect(await store.get(first.sha1)).toBeUndefined()
    await keep(bench.open(), [first])
    expect(await store.get(first.sha1)).toEqual(first.bytes)
    await keep(bench.open(), [second])
    expect(await store.lacking([second.sha1])).toEqual([])
  })

  it('are there once all puts of many at once are flushed', async () => {
    const bench = setUp()
    const contents = await makeContents(60, 200_000)
    const store = bench.open()
    await Promise.all(contents.map(({ sha1, bytes }) => store.put(sha1, bytes)))
    await store.flush()
    await expectAll(bench.open(), contents)
    expect(bench.done.written.length).toBeLessThan(6)
  })

  it('are read from a pack at once, and never from what a caller holds', async () => {
    const bench = setUp()
    const contents = await makeContents(50, 1000)
    await keep(bench.open(), contents)
    const store = bench.open()
    for (const { sha1 } of contents) (await store.get(sha1))?.fill(0)
    await expectAll(store, contents)
    expect(bench.done.read).toHaveLength(1)
  })
})

describe('damage', () => {
  it('is found, costs only what is damaged, and is mended by the next put', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 1000)
    const [first, second, third] = contents as [Content, Content, Content]
    await keep(bench.open(), contents)
    for (const bytes of bench.packs.values()) bytes[1500] = (bytes[1500] ?? 0) ^ 1
    const store = bench.open()
    expect(await store.get(second.sha1)).toBeUndefined()
    await expectAll(store, [first, third])
    expect(await bench.open().lacking(digests(contents))).toEqual([second.sha1])
    await keep(store, contents)
    expect(bench.done.written).toHaveLength(2)
    await expectAll(bench.open(), contents)
  })

  it.each<[string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined]>([
    ['gone', () => undefined],
    ['empty', () => new Uint8Array()],
    ['cut off', (bytes) => bytes.slice(0, 1500)],
  ])('of a pack that is %s while a store is open costs nobody anything but its contents', async (_how, damage) => {
    const bench = setUp()
    const contents = await makeContents(3, 1000)
    await keep(bench.open(), contents)
    const store = bench.open()
    expect(await store.lacking(digests(contents))).toEqual([])
    for (const [name, bytes] of bench.packs) {
      const damaged = damage(bytes)
      if (damaged) bench.packs.set(name, damaged)
      else bench.packs.delete(name)
    }
    const found = await Promise.all(digests(contents).map((sha1) => store.get(sha1)))
    const lost = contents.filter((_, index) => !found[index])
    expect(lost.length).toBeGreaterThan(1)
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(lost))
    await keep(store, contents)
    await expectAll(bench.open(), contents)
  })

  it('in memory is found too', async () => {
    const store = setUp().open()
    const { sha1, bytes } = await makeContent(1000, 1)
    await store.put(sha1, bytes)
    bytes[0] = (bytes[0] ?? 0) ^ 1
    expect(await store.get(sha1)).toBeUndefined()
    expect(await store.lacking([sha1])).toEqual([sha1])
  })

  it('of the index costs what it described, and breaks nothing', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 1000)
    await keep(bench.open(), contents)
    const store = bench.open({
      index: {
        read: async () => ({ size: 'large' }),
        write: async () => undefined,
        keys: () => bench.records(),
      },
    })
    expect(await store.lacking(digests(contents))).toEqual(digests(contents))
    await keep(store, contents)
    await expectAll(store, contents)
    expect(bench.warnings).toEqual([])
  })

  it('that only one reading suffers from is no damage', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 1000)
    await keep(bench.open(), contents)
    bench.faults.readPack = () => new DOMException('Not now.', 'NotReadableError')
    const store = bench.open()
    expect(await store.get(contents[0]?.sha1 ?? '')).toBeUndefined()
    await keep(store, contents) // what can't be read here is written again
    bench.faults.readPack = () => undefined
    await expectAll(store, contents)
    await expectAll(bench.open(), contents)
  })
})

describe('contents that two tabs have put at once', () => {
  it('are read from the one pack when the other is damaged or gone', async () => {
    const contents = await makeContents(3, 1000)
    for (const damage of ['damaged', 'gone']) {
      const bench = setUp()
      await Promise.all([keep(bench.open(), contents), keep(bench.open(), contents)])
      const store = bench.open()
      expect(await store.lacking(digests(contents))).toEqual([])
      const [, second] = bench.packs.keys()
      if (!second) throw new Error('Not written twice')
      if (damage === 'gone') bench.packs.delete(second)
      else bench.packs.get(second)?.fill(0)
      await expectAll(store, contents)
    }
  })
})

describe('a tab that dies', () => {
  it('between a pack and its index leaves nothing for good', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 1000)
    let dead = false
    // A page that is gone runs nothing more: neither the write nor what follows it.
    const store = bench.open({
      index: {
        read: async () => undefined,
        keys: async () => [],
        write: () => {
          dead = true
          return new Promise(() => undefined)
        },
      },
    })
    for (const { sha1, bytes } of contents) await store.put(sha1, bytes)
    void store.flush()
    while (!dead) await new Promise((resolve) => setImmediate(resolve))
    expect(bench.packs.size).toBe(1)
    expect(await bench.open().lacking(digests(contents))).toHaveLength(3)
    expect(bench.packs.size).toBe(1) // it may be being written
    await bench.clock.advance(hour + 1)
    expect(await bench.open().lacking(digests(contents))).toHaveLength(3)
    expect(bench.packs.size).toBe(0)
  })

  it('leaves a pack of which only the index knows: it is lacking, also where that can not be written down', async () => {
    const bench = setUp()
    const contents = await makeContents(2, 1000)
    for (const content of contents) await keep(bench.open(), [content])
    const [first] = bench.packs.keys()
    bench.packs.delete(first ?? '')
    bench.faults.writeIndex = () => wrapped(diskFull())
    const store = bench.open()
    expect(await store.lacking(digests(contents))).toEqual(digests(contents.slice(0, 1)))
    await expectAll(store, contents.slice(1))
    await keep(store, contents)
    await expectAll(store, contents)
    delete bench.faults.writeIndex
    await keep(bench.open(), contents)
    await expectAll(bench.open(), contents)
  })

  it('leaves files of others alone', async () => {
    const bench = setUp()
    bench.packs.set('.DS_Store', new Uint8Array(1))
    await bench.clock.advance(hour * 100)
    await bench.open().lacking(['0'.repeat(40)])
    expect(bench.packs.size).toBe(1)
  })
})

describe('the limit', () => {
  const limit = 3 * mebibyte

  it('is kept by removing what was used least recently, in whole packs', async () => {
    const bench = setUp({ limit })
    const contents = await makeContents(5, mebibyte)
    for (const content of contents.slice(0, 3)) {
      await keep(bench.open(), [content])
      await bench.clock.advance(hour)
    }
    await bench.open().get(contents[0]?.sha1 ?? '')
    await bench.clock.advance(hour + 1)
    await keep(bench.open(), contents.slice(3, 4))
    expect(await bench.open().lacking(digests(contents.slice(0, 4)))).toEqual(digests(contents.slice(1, 2)))
    await bench.clock.advance(hour + 1)
    const store = bench.open()
    await keep(store, contents.slice(4))
    expect(bench.packs.size).toBe(3)
    expect(await bench.records()).toHaveLength(3)
    expect(bench.warnings).toEqual([])
  })

  it('never takes what was used within the hour: then contents stay in memory, and one warning says so', async () => {
    const bench = setUp({ limit })
    const contents = await makeContents(6, mebibyte)
    for (const content of contents.slice(0, 3)) await keep(bench.open(), [content])
    const store = bench.open()
    for (const content of contents.slice(3)) await keep(store, [content])
    expect(bench.warnings).toMatchObject([{ code: 'contents-not-kept', hint: expect.stringContaining('limit') }])
    await expectAll(store, contents)
    expect(await store.lacking(digests(contents))).toEqual([])
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(3)))
  })

  it('protects what a store has merely looked up', async () => {
    const bench = setUp({ limit })
    const contents = await makeContents(4, mebibyte)
    await keep(bench.open(), contents.slice(0, 1))
    await keep(bench.open(), contents.slice(1, 2))
    await keep(bench.open(), contents.slice(2, 3))
    await bench.clock.advance(2 * hour)
    const reader = bench.open()
    expect(await reader.lacking(digests(contents.slice(0, 2)))).toEqual([])
    await keep(bench.open(), contents.slice(3))
    await expectAll(reader, contents.slice(0, 2))
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(2, 3)))
  })

  it('removes nothing for what can not fit anyway', async () => {
    const bench = setUp({ limit })
    const contents = await makeContents(2, mebibyte)
    await keep(bench.open(), contents)
    await bench.clock.advance(2 * hour)
    const large = await makeContent(5 * mebibyte, 9)
    const store = bench.open()
    await keep(store, [large])
    await expectAll(store, [large])
    expect(await store.lacking(digests(contents))).toEqual([])
    expect(bench.warnings).toHaveLength(1)
  })

  it('is kept to where packs can not be removed: they are removed later', async () => {
    const bench = setUp({ limit })
    const contents = await makeContents(4, mebibyte)
    for (const content of contents.slice(0, 3)) {
      await keep(bench.open(), [content])
      await bench.clock.advance(2 * hour)
    }
    bench.faults.removePack = () => new DOMException('In use.', 'NoModificationAllowedError')
    await keep(bench.open(), contents.slice(3))
    expect(bench.warnings).toEqual([])
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(0, 1)))
    expect(bench.packs.size).toBe(4)
    delete bench.faults.removePack
    await expectAll(bench.open(), contents.slice(1))
    expect(bench.packs.size).toBe(3)
  })

  it('takes a pack out of memory as well, where the next one finds room', async () => {
    const bench = setUp({ limit: 32 * mebibyte })
    const contents = await makeContents(9, 4 * mebibyte)
    const store = bench.open()
    await keep(store, contents.slice(0, 8)) // all that there is memory for
    await bench.clock.advance(2 * hour)
    await keep(store, contents.slice(8))
    expect(bench.packs.size).toBe(8)
    await expectAll(store, contents.slice(8))
    expect(bench.done.read).toEqual([])
  })

  it('is a fifth of what the browser grants', async () => {
    const estimate = async () => ({ quota: 10 * mebibyte, usage: 0 })
    const bench = setUp({ manager: { estimate } })
    const contents = await makeContents(3, mebibyte)
    for (const content of contents) await keep(bench.open(), [content])
    expect(bench.packs.size).toBe(2)
    expect(bench.warnings).toHaveLength(1)
  })

  it('leads to one question for persistent storage, whose refusal changes nothing', async () => {
    const bench = setUp()
    const store = bench.open()
    await keep(store, [await makeContent(40 * mebibyte, 0)])
    expect(bench.done.asked).toBe(0)
    await keep(store, [await makeContent(10 * mebibyte, 1)])
    await keep(store, [await makeContent(10 * mebibyte, 2)])
    expect(bench.done.asked).toBe(1)
    expect(bench.warnings).toEqual([])
  })
})

describe('a full disk', () => {
  it('is met by removing what nobody used of late', async () => {
    const bench = setUp()
    const contents = await makeContents(3, mebibyte)
    await keep(bench.open(), contents.slice(0, 1))
    await keep(bench.open(), contents.slice(1, 2))
    await bench.clock.advance(2 * hour)
    bench.faults.writePack = () => (bench.packs.size > 1 ? diskFull() : undefined)
    await keep(bench.open(), contents.slice(2))
    expect(bench.warnings).toEqual([])
    expect(await bench.open().lacking(digests(contents))).toHaveLength(1)
    await expectAll(bench.open(), contents.slice(2))
  })

  it.each(['writePack', 'writeIndex'] as const)(
    'at %s leaves contents in memory, with one clear warning',
    async (fault) => {
      const bench = setUp()
      const before = await makeContents(2, 1000, 50)
      await keep(bench.open(), before)
      const store = bench.open()
      expect(await store.lacking(digests(before))).toEqual([])
      const failure = fault === 'writePack' ? diskFull() : wrapped(diskFull())
      bench.faults[fault] = () => failure
      const contents = await makeContents(12, mebibyte)
      await keep(store, contents)
      expect(bench.warnings).toMatchObject([
        {
          code: 'storage-full',
          message: expect.stringContaining('memory only'),
          hint: expect.stringContaining('disk'),
        },
      ])
      await expectAll(store, [...contents, ...before])
      expect(await store.lacking(digests(contents))).toEqual([])
      expect(bench.packs.size).toBe(1) // no pack without an entry in the index
      delete bench.faults[fault]
      await keep(store, await makeContents(1, 1000, 90))
      expect(bench.packs.size).toBe(2)
    },
  )

  it('in the middle costs only what came after it', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 4 * mebibyte)
    bench.faults.writePack = () => (bench.done.written.length >= 1 ? diskFull() : undefined)
    const store = bench.open()
    await keep(store, contents)
    await expectAll(store, contents)
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(1)))
  })
})

describe('a storage that does not work', () => {
  it.each(['readIndex', 'writeIndex', 'writePack'] as const)('at %s costs only durability', async (fault) => {
    const bench = setUp()
    await keep(bench.open(), await makeContents(1, 1000, 77))
    bench.faults[fault] = () => new DOMException('Forbidden.', 'SecurityError')
    const store = bench.open()
    const contents = await makeContents(9, mebibyte)
    await keep(store, contents)
    await expectAll(store, contents)
    expect(await store.lacking(['0'.repeat(40)])).toHaveLength(1)
    expect(bench.warnings).toMatchObject([
      { code: 'contents-not-kept', message: expect.stringContaining('SecurityError: Forbidden') },
    ])
  })

  it.each(['writeIndex', 'writePack'] as const)('any more at %s costs nothing of what it has', async (fault) => {
    const bench = setUp()
    const earlier = await makeContents(2, 1000, 100)
    await keep(bench.open(), earlier)
    const store = bench.open()
    const contents = await makeContents(5, 4 * mebibyte)
    await keep(store, contents.slice(0, 2))
    bench.faults[fault] = () => new DOMException('Something went wrong.', 'UnknownError')
    await keep(store, contents.slice(2, 4))
    await expectAll(store, [...earlier, ...contents.slice(0, 4)])
    expect(await store.lacking(digests([...earlier, ...contents]))).toEqual(digests(contents.slice(4)))
    await bench.clock.advance(hour) // uses would be noted again
    await keep(store, contents)
    await expectAll(store, [...earlier, ...contents])
    expect(bench.warnings).toMatchObject([{ code: 'contents-not-kept' }])
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(2)))
  })

  it('any more at reading the index costs nothing of what it has read there', async () => {
    const bench = setUp()
    const contents = await makeContents(3, 4 * mebibyte)
    await keep(bench.open(), contents.slice(0, 1))
    const store = bench.open()
    await keep(store, contents.slice(1, 2))
    bench.faults.readIndex = () => new DOMException('Something went wrong.', 'UnknownError')
    expect(await store.lacking(digests(contents))).toEqual(digests(contents.slice(2)))
    await keep(store, contents)
    await expectAll(store, contents)
    expect(bench.warnings).toMatchObject([{ code: 'contents-not-kept' }])
  })

  it('at listing packs costs nothing', async () => {
    const bench = setUp()
    const contents = await makeContents(2, 1000)
    await keep(bench.open(), contents)
    bench.faults.listPacks = () => new DOMException('Forbidden.', 'SecurityError')
    await expectAll(bench.open(), contents)
    expect(bench.warnings).toEqual([])
  })
})

describe('deleting', () => {
  it('removes contents for all tabs, and packs of which nothing is left', async () => {
    const bench = setUp()
    const contents = await makeContents(10, 1000)
    const other = bench.open()
    await keep(other, contents)
    const store = bench.open()
    await store.delete([...digests(contents.slice(0, 3)), '0'.repeat(40)])
    expect(await other.lacking(digests(contents))).toEqual(digests(contents.slice(0, 3)))
    await expectAll(store, contents.slice(3))
    await store.delete(digests(contents))
    expect(bench.packs.size).toBe(0)
    expect(await bench.records()).toEqual([])
    expect(await other.lacking(digests(contents))).toHaveLength(10)
    expect(await bench.open().get(contents[5]?.sha1 ?? '')).toBeUndefined()
  })

  it('frees the room where most of a pack is deleted, and other tabs find the rest', async () => {
    const bench = setUp()
    const contents = await makeContents(10, 1000)
    await keep(bench.open(), contents)
    const other = bench.open()
    expect(await other.lacking(digests(contents))).toEqual([])
    await bench.open().delete(digests(contents.slice(0, 7)))
    expect([...bench.packs.values()].map(({ length }) => length)).toEqual([3000])
    await expectAll(other, contents.slice(7))
    await expectAll(bench.open(), contents.slice(7))
  })

  it('on a full disk works as well', async () => {
    const bench = setUp()
    const contents = await makeContents(10, 1000)
    await keep(bench.open(), contents)
    bench.faults.writePack = diskFull
    await bench.open().delete(digests(contents.slice(0, 7)))
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(0, 7)))
    await expectAll(bench.open(), contents.slice(7))
  })

  it.each(['readIndex', 'writeIndex'] as const)('that fails at %s says so, and can be tried again', async (fault) => {
    const bench = setUp()
    const contents = await makeContents(10, 1000)
    await keep(bench.open(), contents)
    const failure = wrapped(diskFull())
    for (const some of [contents, contents.slice(0, 7), contents.slice(0, 2)]) {
      bench.faults[fault] = () => failure
      const store = bench.open()
      await expect(store.delete(digests(some))).rejects.toBe(failure)
      delete bench.faults[fault]
      expect(await bench.open().lacking(digests(contents))).toEqual([])
    }
    await bench.open().delete(digests(contents))
    expect(bench.packs.size).toBe(0)
    expect(bench.warnings).toEqual([])
  })

  it('where packs can not be removed works, and leaves them for later', async () => {
    const bench = setUp()
    const contents = await makeContents(10, 1000)
    await keep(bench.open(), contents)
    bench.faults.removePack = () => new DOMException('In use.', 'NoModificationAllowedError')
    await bench.open().delete(digests(contents))
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents))
    delete bench.faults.removePack
    await bench.clock.advance(hour + 1)
    await bench.open().lacking(digests(contents))
    expect(bench.packs.size).toBe(0)
  })

  it('takes back what is not written yet, too', async () => {
    const bench = setUp()
    const contents = await makeContents(2, 1000)
    const store = bench.open()
    for (const { sha1, bytes } of contents) await store.put(sha1, bytes)
    await store.delete(digests(contents.slice(0, 1)))
    expect(await store.lacking(digests(contents))).toEqual(digests(contents.slice(0, 1)))
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(0, 1)))
  })

  it('in two tabs at once loses nothing that nobody deleted', async () => {
    const bench = setUp()
    const contents = await makeContents(30, 1000)
    await keep(bench.open(), contents)
    await Promise.all([
      bench.open().delete(digests(contents.slice(0, 10))),
      bench.open().delete(digests(contents.slice(10, 18))),
      keep(bench.open(), contents.slice(18)),
    ])
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(0, 18)))
    await expectAll(bench.open(), contents.slice(18))
  })
})

/** As the journal over IndexedDB throws it. */
function wrapped(cause: Error): JournalError {
  return new JournalError({ code: 'storage-full', message: 'Full.', hint: 'Free space.', cause })
}
