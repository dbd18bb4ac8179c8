import type { FoundFile, ProjectFiles } from './project-files.js'
import { StaticModule } from './static-module.js'
import { configurationOf, lookUp, type Setting, type StaticCall, type StaticValue, unreadable } from './static-value.js'

/** Above this a file is no configuration that someone wrote, and parsing it would hold the page. Characters. */
const largestConfiguration = 500_000

/** A configuration file in JavaScript or TypeScript, read without running it. */
export class StaticConfig {
  readonly file: string
  readonly #module: StaticModule | undefined
  readonly #root: StaticValue

  constructor(file: string, module: StaticModule | undefined) {
    this.file = file
    this.#module = module
    this.#root = module ? configurationOf(module.defaultExport()) : unreadable
  }

  /** Whether anything of the file can be read; not so after a syntax error. */
  get readable(): boolean {
    return this.#module !== undefined
  }

  /** A setting of the file's default export. */
  setting(...path: readonly string[]): Setting {
    return lookUp(this.#root, path)
  }

  /** A setting of a named export. */
  exported(name: string, ...path: readonly string[]): Setting {
    return this.#module ? lookUp(configurationOf(this.#module.namedExport(name)), path) : { state: 'unreadable' }
  }

  /** Every call of a function or method of that name, wherever it stands in the file. */
  calls(...names: readonly string[]): readonly StaticCall[] {
    return this.#module?.calls(names) ?? []
  }
}

/** Reads a configuration file; what can't be parsed gives a file whose settings are all unreadable. */
export async function parseConfig({ path, text }: FoundFile): Promise<StaticConfig> {
  if (text.length > largestConfiguration) return new StaticConfig(path, undefined)
  const { parse } = await import('@babel/parser')
  try {
    const file = parse(text, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: /\.[jt]sx$|\.[cm]?js$/.test(path) ? ['typescript', 'jsx'] : ['typescript'],
    })
    return new StaticConfig(path, new StaticModule(file, path))
  } catch (error) {
    // A syntax error, or nesting that is too deep for the parser. The build will report it better than we could.
    if (error instanceof SyntaxError || error instanceof RangeError) return new StaticConfig(path, undefined)
    throw error
  }
}

/** Reads the first of the configuration files that exists. */
export async function readConfig(
  files: ProjectFiles,
  names: readonly string[],
  folder = '.',
): Promise<StaticConfig | undefined> {
  const found = await files.first(names, folder)
  return found && parseConfig(found)
}

/** File names with each of the endings that tools look for, in their order. */
export function withEndings(name: string, endings: readonly string[]): readonly string[] {
  return endings.map((ending) => `${name}.${ending}`)
}
