/** Where things stand in a text of TOML that is known to be valid. */
export interface TomlLines {
  /** Line of a table or a key, by its path: `['redirects', 2, 'status']`; that of the nearest thing around it where it has none. */
  lineOf(path: readonly PropertyKey[]): number
}

/** Finds the lines of tables and of keys. What stands in inline tables counts as standing in the line of their key. */
export function tomlLines(text: string): TomlLines {
  const lines = new Map<string, number>()
  const counts = new Map<string, number>()
  let table: string[] = []
  /** The quotes that end a text of several lines. */
  let open: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (open !== undefined) {
      if (line.includes(open)) open = undefined
      continue
    }
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line)
    const key = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=(.*)$/.exec(line)
    if (header) {
      table = withIndexes(namesOf(header[2] ?? ''), counts, header[1] === '[[')
      note(lines, table, index + 1)
    } else if (key) {
      note(lines, [...table, ...namesOf(key[1] ?? '')], index + 1)
      const [quotes] = /"""|'''/.exec(key[2] ?? '') ?? []
      if (quotes && (key[2]?.split(quotes).length ?? 0) === 2) open = quotes
    }
  }
  return {
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const line = lines.get(keyOf(path.slice(0, length)))
        if (line !== undefined) return line
      }
      return 1
    },
  }
}

/** A table of tables goes on with its latest one. */
function withIndexes(names: readonly string[], counts: Map<string, number>, isNext: boolean): string[] {
  const path: string[] = []
  for (const [index, name] of names.entries()) {
    path.push(name)
    const key = keyOf(path)
    if (isNext && index === names.length - 1) counts.set(key, (counts.get(key) ?? -1) + 1)
    const count = counts.get(key)
    if (count !== undefined) path.push(String(count))
  }
  return path
}

/** The first place counts, and those of all that is around it. */
function note(lines: Map<string, number>, path: readonly string[], line: number): void {
  for (let length = 1; length <= path.length; length += 1) {
    const key = keyOf(path.slice(0, length))
    if (!lines.has(key)) lines.set(key, line)
  }
}

function namesOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('\0')
}
