/** Texts, comments, brackets and ends of lines, as far as TOML 1.0 has them; all else is passed over in one go. */
const tokens =
  /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]|[^"'#[\]{}\n]+|["']/g
/** Of the order of bytes. */
const mark = '\uFEFF'
const name = /[\w-]+|"[^"]*"|'[^']*'/.source
const keyed = new RegExp(`^((?:${name})(?:\\s*\\.\\s*(?:${name}))*)\\s*=`)

/** A line, or as many as its value takes. */
interface Statement {
  readonly start: number
  /** Behind the end of its line. */
  readonly end: number
  readonly text: string
  /** Whether it ends with the file. */
  readonly isOpen: boolean
}

/** Where the settings of `[build]` stand. */
interface BuildTable {
  readonly known: ReadonlySet<string>
  /** Where more of them may be put, and how they are written there, each with the end of a line where it has one of its own. */
  readonly place: { readonly at: number; write(settings: readonly string[], line: string): string } | undefined
}

/**
 * Adds settings to the table `[build]` of a `netlify.toml`, as far as it does not have them; all of the text stays as it is.
 * @param wanted Texts by their keys.
 * @returns the text itself where it lacks nothing.
 */
export function completeBuild(text: string, wanted: Readonly<Record<string, string>>): string {
  if (text.startsWith(mark)) return mark + completeBuild(text.slice(1), wanted)
  const { known, place } = findBuild(text)
  const lacking = Object.entries(wanted).filter(([key]) => !known.has(key))
  if (lacking.length === 0) return text
  const line = text.includes('\r\n') ? '\r\n' : '\n'
  const settings = lacking.map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  if (!place) {
    const own = text.trim() === '' ? text : `${text.replace(/\r?\n$/, '')}${line}${line}`
    return `${own}[build]${line}${settings.join(line)}${line}`
  }
  const before = text.slice(0, place.at)
  return before + place.write(settings, line) + text.slice(place.at)
}

function findBuild(text: string): BuildTable {
  const known = new Set<string>()
  let place: BuildTable['place']
  let table: readonly string[] = []
  for (const statement of statementsOf(text)) {
    const said = statement.text.trim()
    const [, header] = /^\[\s*([^[\]]+?)\s*\]/.exec(said) ?? []
    if (said.startsWith('[')) {
      table = header === undefined ? ['[[]]'] : namesOf(header)
      if (table.length === 1 && table[0] === 'build') place = below(statement)
      if (table.length > 1 && table[0] === 'build') known.add(table[1] ?? '')
      continue
    }
    const [written, key = ''] = keyed.exec(said) ?? []
    if (written === undefined) continue
    const path = [...table, ...namesOf(key)]
    if (path[0] !== 'build') continue
    if (path[1] !== undefined) known.add(path[1])
    if (table.length > 0 || place) continue
    place = path[1] === undefined ? inside(text, statement, known) : dotted(statement)
  }
  return { known, place }
}

/** `[build]` may be the last line, and without an end. */
const below = ({ end, isOpen }: Statement): BuildTable['place'] => ({
  at: end,
  write: (settings, line) => (isOpen ? line : '') + settings.map((one) => one + line).join(''),
})

/** `build.command = …` stands before all tables, and so may others. */
const dotted = ({ start }: Statement): BuildTable['place'] => ({
  at: start,
  write: (settings, line) => settings.map((one) => `build.${one}${line}`).join(''),
})

/** `build = { … }`: further ones come first. */
function inside(text: string, { start, text: said }: Statement, known: Set<string>): BuildTable['place'] {
  const at = start + said.indexOf('{') + 1
  const bare = said.replace(tokens, (token) => (/^["'#]/.test(token) ? '""' : token))
  for (const [, key = ''] of bare.matchAll(/[{,]\s*([\w-]+)\s*[=.]/g)) known.add(key)
  const isEmpty = /^\s*\}/.test(text.slice(at))
  return { at, write: (settings) => ` ${settings.join(', ')}${isEmpty ? '' : ','}` }
}

function* statementsOf(text: string): Iterable<Statement> {
  let [start, depth] = [0, 0]
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (token !== '\n' || depth > 0) continue
    yield { start, end: index + 1, text: text.slice(start, index), isOpen: false }
    start = index + 1
  }
  yield { start, end: text.length, text: text.slice(start), isOpen: true }
}

function namesOf(path: string): readonly string[] {
  return [...path.matchAll(new RegExp(name, 'g'))].map(([one]) => one.replace(/^["']|["']$/g, ''))
}
