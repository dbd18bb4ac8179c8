import { MistakeError } from './problems.js'

/** A text of JSON, and where its parts stand. */
export interface JsonText {
  readonly value: unknown
  /** Line of a part, by its path; that of the nearest thing around it where there is none. */
  lineOf(path: readonly PropertyKey[]): number
}

const hint = 'Correct the line: JSON has double quotes, no comments, and no comma after the last entry.'
const literals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/**
 * Reads JSON and keeps the lines of its parts, which `JSON.parse` does not tell.
 * @throws MistakeError with the line of what is no JSON
 */
export function readJson(text: string): JsonText {
  const lines = new Map<string, number>()
  let at = 0
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length
  const fail = (message: string): never => {
    throw new MistakeError(lineAt(at), message, hint)
  }
  const skip = (): void => {
    at += /^[\t\n\r ]*/.exec(text.slice(at, at + 4096))?.[0].length ?? 0
    if (/[\t\n\r ]/.test(text[at] ?? '')) skip()
  }
  const shown = (): string => (at >= text.length ? 'the end of the file' : JSON.stringify(text[at]))
  const expect = (character: string): void => {
    skip()
    if (text[at] !== character) fail(`${shown()} stands where "${character}" is expected`)
    at += 1
  }

  function readText(): string {
    const expression = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy
    expression.lastIndex = at
    const [found] = expression.exec(text) ?? []
    if (found === undefined) return fail('a text is not written as JSON wants it, or never ends')
    at += found.length
    return JSON.parse(found) as string
  }

  function readList<Entry>(end: string, readEntry: (index: number) => Entry): Entry[] {
    const entries: Entry[] = []
    at += 1
    skip()
    if (text[at] === end) {
      at += 1
      return entries
    }
    for (;;) {
      entries.push(readEntry(entries.length))
      skip()
      if (text[at] === end) break
      if (text[at] !== ',') fail(`${shown()} stands where "," or "${end}" is expected`)
      at += 1
      skip()
      if (text[at] === end) fail('a comma stands behind the last entry')
    }
    at += 1
    return entries
  }

  function readValue(path: readonly PropertyKey[]): unknown {
    skip()
    const key = path.map(String).join('\0')
    if (!lines.has(key)) lines.set(key, lineAt(at))
    if (text[at] === '"') return readText()
    if (text[at] === '[') return readList(']', (index) => readValue([...path, index]))
    if (text[at] === '{') {
      const entries = readList('}', () => {
        skip()
        if (text[at] !== '"') fail(`${shown()} stands where a name in double quotes is expected`)
        const line = lineAt(at)
        const name = readText()
        lines.set([...path, name].map(String).join('\0'), line)
        expect(':')
        return [name, readValue([...path, name])] as const
      })
      return Object.fromEntries(entries)
    }
    const expression = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
    expression.lastIndex = at
    const [found] = expression.exec(text) ?? []
    if (found === undefined) return fail(`${shown()} stands where a value is expected`)
    at += found.length
    return literals.has(found) ? literals.get(found) : Number(found)
  }

  if (text.startsWith('\uFEFF')) at += 1
  const value = readValue([])
  skip()
  if (at < text.length) fail(`${shown()} stands behind the end`)
  return {
    value,
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const line = lines.get(path.slice(0, length).map(String).join('\0'))
        if (line !== undefined) return line
      }
      return 1
    },
  }
}
