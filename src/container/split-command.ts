import { OptionsError } from '../errors/options-error.js'

/** A shell line, taken apart. */
export interface Command {
  readonly program: string
  readonly arguments: string[]
  /** What stood in front of the program as `NAME=value`. */
  readonly environment: Record<string, string>
}

const word = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gs
const quoted = /\\.|'[^']*'|"((?:[^"\\]|\\.)*)"/gs
/** What only a shell acts upon: operators, line breaks between words, and what it puts a value in the place of. */
const operator = /&&|\|\||>>|2>&1|2>|[&|;<>`]|\$[({]|\$[A-Za-z_]\w*|\n/

/**
 * Splits a shell line at spaces outside quotes, as a container starts programs without a shell.
 *
 * @throws OptionsError `command-invalid` for an empty line, an open quote, and for what needs a shell: operators such as
 * `&&`, with or without spaces around them, and values such as `$(date)` or `$NAME`.
 */
export function splitCommand(line: string): Command {
  const words = line.match(word) ?? []
  if (line.replace(word, '').trim() !== '') throw invalid(line, 'has a quote that is not closed')
  const [forShell] = operator.exec(unquoted(line.trim())) ?? []
  if (forShell !== undefined) {
    throw invalid(line, `${forShell === '\n' ? 'has a line break' : `uses "${forShell}"`}, which needs a shell`)
  }

  const environment: Record<string, string> = {}
  let first = 0
  for (; first < words.length; first += 1) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[first] ?? '')
    if (!assignment) break
    environment[assignment[1] ?? ''] = unquote(assignment[2] ?? '')
  }
  const [program, ...rest] = words.slice(first).map(unquote)
  if (!program) throw invalid(line, 'names no program')
  return { program, arguments: rest, environment }
}

/** The line without what is quoted. Of double quotes the values stay, which a shell would put in there as well. */
function unquoted(line: string): string {
  return line.replace(quoted, (_, double?: string) => (double ?? ' ').replace(/\\.|[^$`\w({]/gs, ' '))
}

function unquote(text: string): string {
  return text.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) => {
    return single ?? escaped ?? (double as string).replace(/\\(["\\$`])/g, '$1')
  })
}

function invalid(line: string, why: string): OptionsError {
  return new OptionsError({
    code: 'command-invalid',
    message: `The command "${line}" ${why}.`,
    hint: 'Give one program with its arguments, for example "npm run build"; put longer lines into a script of package.json.',
  })
}
