import { afterEach, describe, expect, it, vi } from 'vitest'
import { choosePacks, firstThatWrites } from '../../../src/artifacts/contents/choose-packs.js'
import { journalPacks } from '../../../src/artifacts/contents/journal-packs.js'
import type { PackStore } from '../../../src/artifacts/contents/pack-store.js'
import { memoryJournal } from '../../../src/journal/memory.js'
import { digests, keep, makeContents, setUp } from './bench.js'

const hour = 60 * 60_000
const bytes = new Uint8Array([1, 2, 3])
const refused = new DOMException('Security error when calling GetDirectory', 'SecurityError')

/** A store of which every call fails. */
const broken: PackStore = {
  write: () => Promise.reject(refused),
  read: () => Promise.reject(refused),
  remove: () => Promise.reject(refused),
  list: () => Promise.reject(refused),
}

const works = (): PackStore => journalPacks(memoryJournal())

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a browser whose file system refuses every call, as in private windows', () => {
  it('keeps contents in its database, and its limit', async () => {
    vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.reject(refused) } })
    const database = works()
    const bench = setUp({ packs: choosePacks('folder', database), limit: 3000 })
    const contents = await makeContents(4, 1000)
    for (const content of contents.slice(0, 3)) {
      await keep(bench.open(), [content])
      await bench.clock.advance(2 * hour)
    }
    await keep(bench.open(), contents.slice(3))
    expect(await bench.open().lacking(digests(contents))).toEqual(digests(contents.slice(0, 1)))
    expect((await database.list()).names).toHaveLength(3)
    await bench.open().delete(digests(contents))
    expect((await database.list()).names).toEqual([])
    expect(bench.warnings).toEqual([])
  })
})

describe('packs in two stores', () => {
  it('are all listed, and removed wherever they are', async () => {
    const [first, second] = [works(), works()]
    await first.write('one', bytes)
    await second.write('two', bytes)
    const both = firstThatWrites(first, second)
    expect(await both.list()).toEqual({ names: ['one', 'two'], whole: true })
    await both.remove('one')
    await both.remove('two')
    expect(await both.list()).toEqual({ names: [], whole: true })
  })

  it.each(['first', 'second'])('of which the %s fails are listed and removed in the other', async (which) => {
    const store = works()
    await store.write('pack', bytes)
    const both = which === 'first' ? firstThatWrites(broken, store) : firstThatWrites(store, broken)
    expect(await both.list()).toEqual({ names: ['pack'], whole: false })
    await both.remove('pack')
    expect((await store.list()).names).toEqual([])
  })

  it('that both fail say why', async () => {
    const both = firstThatWrites(broken, broken)
    await expect(both.list()).rejects.toBe(refused)
    await expect(both.remove('pack')).rejects.toBe(refused)
    await expect(both.write('pack', bytes)).rejects.toBe(refused)
    await expect(both.read('pack', 0, 1)).rejects.toBe(refused)
  })

  it('of which one can not be listed for a moment loses nothing', async () => {
    const [first, second] = [works(), works()]
    let fails = false
    const flaky: PackStore = { ...first, list: () => (fails ? Promise.reject(refused) : first.list()) }
    const bench = setUp({ packs: firstThatWrites(flaky, second) })
    const contents = await makeContents(3, 1000)
    await keep(bench.open(), contents)
    fails = true
    expect(await bench.open().lacking(digests(contents))).toEqual([])
    fails = false
    expect(await bench.open().lacking(digests(contents))).toEqual([])
  })
})
