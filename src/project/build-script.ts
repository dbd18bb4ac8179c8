const operators = new Set(['&&', '||', ';', '|', '&'])
const managers = new Set(['npm', 'pnpm', 'yarn', 'bun'])
const runners = new Set(['run-s', 'run-p', 'npm-run-all', 'npm-run-all2'])

/** One simple command of a shell line, its quotes removed. */
export type Command = readonly string[]

/** Splits a shell line into its simple commands. */
export function splitCommands(line: string): Command[] {
  const commands: string[][] = [[]]
  const pattern = /\s*(&&|\|\||[;|&]|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s;|&"'\\])+|["'\\])/y
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const word = match[1] ?? ''
    if (operators.has(word)) commands.push([])
    else commands.at(-1)?.push(word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, unquote))
  }
  return commands.filter((command) => command.length > 0)
}

function unquote(_: string, double?: string, single?: string, escaped?: string): string {
  return double?.replace(/\\(.)/g, '$1') ?? single ?? escaped ?? ''
}

/** The commands that a shell line comes down to when the scripts that it runs are followed. */
export function expandCommands(line: string, scripts: ReadonlyMap<string, string>): readonly Command[] {
  const expanded: Command[] = []
  const followed = new Set<string>()
  const follow = (text: string): void => {
    for (const command of splitCommands(text)) {
      const names = scriptsRunBy(command, scripts)
      if (names.length === 0) expanded.push(command)
      for (const name of names) {
        if (followed.has(name)) continue
        followed.add(name)
        follow(scripts.get(name) ?? '')
      }
    }
  }
  follow(line)
  return expanded
}

/** Names of the scripts of package.json that a command runs. */
export function scriptsRunBy(command: Command, scripts: ReadonlyMap<string, string>): readonly string[] {
  const start = command.findIndex((word) => managers.has(word) || runners.has(word))
  const program = command[start]
  if (program === undefined) return []
  const words = command.slice(start + 1).filter((word) => !word.startsWith('-'))
  if (runners.has(program)) return words.flatMap((word) => matchingScripts(word.split(' ')[0] ?? '', scripts))
  // `bun build` is a bundler of Bun's own.
  if (program === 'bun' && words[0] === 'build') return []
  const name = words[0] === 'run' || words[0] === 'run-script' ? words[1] : program === 'npm' ? undefined : words[0]
  return name !== undefined && scripts.has(name) ? [name] : []
}

function matchingScripts(pattern: string, scripts: ReadonlyMap<string, string>): readonly string[] {
  if (!pattern.includes('*')) return scripts.has(pattern) ? [pattern] : []
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('[^:]*')}$`)
  return [...scripts.keys()].filter((name) => expression.test(name))
}

/** What follows `tool` (and `verb`) in the first command that calls them; `undefined` if none does. */
export function findCommand(commands: readonly Command[], tool: readonly string[]): Command | undefined {
  for (const command of commands) {
    const start = command.findIndex((word) => programName(word) === tool[0])
    if (start >= 0 && tool.slice(1).every((word, index) => command[start + 1 + index] === word)) {
      return command.slice(start + tool.length)
    }
  }
  return undefined
}

/** A program's name without folder and version: `node_modules/.bin/vite` and `vite@7` are both `vite`. */
function programName(word: string): string {
  const path = word.startsWith('@') ? word : (word.split('/').at(-1) ?? word)
  return path.replace(/(?<=.)@[^/]*$/, '').replace(/\.[cm]?js$/, '')
}

/** Value of a flag written `--flag value` or `--flag=value`. */
export function flagValue(words: Command, flags: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [name = '', ...value] = word.split('=')
    if (!flags.includes(name)) continue
    return value.length > 0 ? value.join('=') : words[index + 1]
  }
  return undefined
}

/** The first word that is no flag, nor the value of one of the flags that take one. */
export function firstArgument(words: Command, flagsWithValue: readonly string[] = []): string | undefined {
  return words.find((word, index) => !word.startsWith('-') && !flagsWithValue.includes(words[index - 1] ?? ''))
}

/** Value of an environment variable that a command sets for itself (`NAME=value tool`, also behind cross-env). */
export function environmentValue(commands: readonly Command[], name: string): string | undefined {
  const prefix = `${name}=`
  return commands
    .flat()
    .find((word) => word.startsWith(prefix))
    ?.slice(prefix.length)
}
