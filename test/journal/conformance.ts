import type { Journal } from '../../src/spec/journal.js'

/** What every journal must do. It runs where the journal is, in Node or in a page, and only its facts travel. */
export interface JournalCase {
  readonly title: string
  /** @param journal an empty one */
  run(journal: Journal): Promise<unknown>
  readonly facts: unknown
}

const write = (journal: Journal, entries: Readonly<Record<string, unknown>>): Promise<void> =>
  journal.write(new Map(Object.entries(entries)))

export const journalCases: readonly JournalCase[] = [
  {
    title: 'reads undefined where nothing was written',
    run: (journal) => journal.read('deployments/a'),
    facts: undefined,
  },
  {
    title: 'reads what was written, whatever structured clone copies',
    async run(journal) {
      const value = {
        list: [1, { deep: null }],
        when: new Date(0),
        bytes: Uint8Array.of(1, 2),
        map: new Map([[1, 'one']]),
      }
      await write(journal, { a: value, b: 'text', c: 0, d: null, e: false })
      const { list, when, bytes, map } = (await journal.read('a')) as typeof value
      const rest = await Promise.all(['b', 'c', 'd', 'e'].map((key) => journal.read(key)))
      return [list, when.toISOString(), [...bytes], [...map], ...rest]
    },
    facts: [[1, { deep: null }], '1970-01-01T00:00:00.000Z', [1, 2], [[1, 'one']], 'text', 0, null, false],
  },
  {
    title: 'replaces a value, and removes a key by undefined',
    async run(journal) {
      await write(journal, { a: 1, b: 1, c: 1 })
      await write(journal, { a: 2, b: undefined, absent: undefined })
      return [await journal.read('a'), await journal.read('b'), await journal.keys('')]
    },
    facts: [2, undefined, ['a', 'c']],
  },
  {
    title: 'lists the keys that start with a prefix, in order, and no neighbours',
    async run(journal) {
      const keys = ['d/b', 'd/ä', 'd/a/2', 'd/a/10', 'd', 'd0', 'd/', 'D/a', 'c/z', 'e', 'd/\u{1f600}', 'd/\ufb01']
      await journal.write(new Map(keys.map((key) => [key, key])))
      return [await journal.keys('d/'), await journal.keys('d/a/'), await journal.keys('x'), await journal.keys('')]
    },
    facts: [
      ['d/', 'd/a/10', 'd/a/2', 'd/b', 'd/ä', 'd/\u{1f600}', 'd/\ufb01'],
      ['d/a/10', 'd/a/2'],
      [],
      ['D/a', 'c/z', 'd', 'd/', 'd/a/10', 'd/a/2', 'd/b', 'd/ä', 'd/\u{1f600}', 'd/\ufb01', 'd0', 'e'],
    ],
  },
  {
    title: 'writes nothing at all where one of many values cannot be cloned',
    async run(journal) {
      await write(journal, { kept: 1 })
      const entries = Array.from({ length: 300 }, (_, index): [string, unknown] => [`many/${index}`, index])
      const changes = new Map<string, unknown>([...entries, ['kept', undefined], ['function', () => 1], ['last', 1]])
      const error = await journal.write(changes).catch((cause: Error) => cause.name)
      const keys = await journal.keys('')
      await journal.write(new Map(entries))
      return [error, keys, (await journal.keys('many/')).length]
    },
    facts: ['DataCloneError', ['kept'], 300],
  },
  {
    title: 'keeps and hands out copies',
    async run(journal) {
      const value = { list: [1] }
      const writing = write(journal, { a: value })
      value.list.push(2)
      await writing
      value.list.push(3)
      const read = (await journal.read('a')) as typeof value
      read.list.push(4)
      return journal.read('a')
    },
    facts: { list: [1] },
  },
  {
    title: 'carries out side by side what was asked, in the order of asking',
    async run(journal) {
      const writing = [1, 2, 3].map((value) => write(journal, { a: value, [`b${value}`]: value }))
      const reading = journal.read('a')
      await Promise.all(writing)
      return [await reading, await journal.keys('')]
    },
    facts: [3, ['a', 'b1', 'b2', 'b3']],
  },
  {
    title: 'writes no changes at all without harm',
    async run(journal) {
      await write(journal, {})
      return journal.keys('')
    },
    facts: [],
  },
]
