/** Values of one table, by their keys. */
export type TomlTable = Readonly<Record<string, string>>

/**
 * Reads the tables of a `netlify.toml` that say how a site is built: texts, numbers and booleans, a line each. Tables of other names,
 * and arrays of tables, are passed over.
 *
 * @throws Error in Netlify's words where a line of a table that is wanted is none of that
 */
export function readToml(source: string, isWanted: (table: string) => boolean): ReadonlyMap<string, TomlTable> {
  const tables = new Map<string, Record<string, string>>()
  let table: Record<string, string> | undefined
  for (const line of source.split(/\r?\n/)) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const [, name] = /^\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/.exec(text) ?? []
    if (text.startsWith('[')) {
      const key = name?.replace(/["'\s]/g, '')
      table = key !== undefined && isWanted(key) ? {} : undefined
      if (key !== undefined && table) tables.set(key, table)
      continue
    }
    if (!table) continue
    const [, key, basic, literal, bare] =
      /^"?([\w-]+)"?\s*=\s*(?:("(?:[^"\\]|\\.)*")|'([^']*)'|([\w.+-]+))\s*(?:#.*)?$/.exec(text) ?? []
    if (key === undefined) throw new Error('Failed to parse configuration')
    table[key] = basic === undefined ? (literal ?? bare ?? '') : unquote(basic)
  }
  return tables
}

/** What a text in quotes may escape, JSON's may, but for a few. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error('Failed to parse configuration')
    throw error
  }
}
