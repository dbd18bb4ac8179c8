import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkflowError } from './expressions/tokens.js'

/** What a step has written to the files whose names it finds in its environment. */
export interface FileCommands {
  readonly outputs: Record<string, string>
  readonly environment: Record<string, string>
  readonly path: readonly string[]
  /** Markdown. */
  readonly summary: string
}

const names = { output: 'GITHUB_OUTPUT', env: 'GITHUB_ENV', path: 'GITHUB_PATH', step_summary: 'GITHUB_STEP_SUMMARY' }

/**
 * Makes the files for one step.
 *
 * @returns the variables that name them.
 */
export async function makeFileCommands(folder: string): Promise<Record<string, string>> {
  const entries = Object.entries(names).map(([file, variable]) => [variable, join(folder, `${file}.txt`)] as const)
  for (const [, path] of entries) await writeFile(path, '')
  return Object.fromEntries(entries)
}

/**
 * Reads what the step wrote.
 *
 * @throws WorkflowError where a line is not as it has to be.
 */
export async function readFileCommands(variables: Readonly<Record<string, string>>): Promise<FileCommands> {
  const read = (name: string): Promise<string> => readFile(variables[name] ?? '', 'utf8')
  const environment = pairs('env', await read(names.env))
  // What could change how Node runs the actions of later steps is not taken.
  if ('NODE_OPTIONS' in environment) {
    throw new WorkflowError("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
  }
  return {
    outputs: pairs('output', await read(names.output)),
    environment,
    path: (await read(names.path)).split(/\r?\n/).filter((line) => line.trim() !== ''),
    summary: await read(names.step_summary),
  }
}

/** `name=value`, and `name<<DELIMITER` with lines up to one that is the delimiter. */
function pairs(kind: string, text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  const fail = (why: string): never => {
    throw new WorkflowError(`Unable to process file command '${kind}' successfully. ${why}`)
  }
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    if (line === '') continue
    const [, name, sign, rest = ''] = /^([^=]+?)(<<|=)(.*)$/s.exec(line) ?? []
    if (name === undefined) return fail(`Invalid format '${line}'`)
    if (sign === '=') {
      found[name] = rest
      continue
    }
    const end = lines.indexOf(rest, index + 1)
    if (end < 0) return fail(`Invalid value. Matching delimiter not found '${rest}'`)
    found[name] = lines.slice(index + 1, end).join('\n')
    index = end
  }
  return found
}
