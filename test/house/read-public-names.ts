import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { root } from './read-imports.js'

/** What an entry gives: values can be used when it runs, types are only there for the compiler. Both in alphabetical order. */
export interface PublicNames {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** The part of package.json that says what can be imported. */
export interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
}

/** Sources of the entries, `{'./relay': 'relay/index.ts'}`, as the map of exports has them. */
export function readEntries({ exports }: Manifest): Map<string, string> {
  const entries = Object.entries(exports).flatMap(([name, target]): [string, string][] =>
    typeof target === 'string' ? [] : [[name, target.default.replace('./dist/', '').replace(/\.js$/, '.ts')]],
  )
  return new Map(entries)
}

/** The public names of every entry, read from the sources by TypeScript's own resolution of exports. */
export function readPublicNames(entries: ReadonlyMap<string, string>): Record<string, PublicNames> {
  const files = [...entries.values()].map((path) => `${root}src/${path}`)
  // Names need neither the types of the platform nor those of packages, which would take most of the time.
  const options = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noLib: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, from, options, host) : { resolvedModule: undefined },
    )
  const program = ts.createProgram(files, options, host)
  const checker = program.getTypeChecker()
  const names = [...entries].map(([entry, path]): [string, PublicNames] => {
    const source = program.getSourceFile(`${root}src/${path}`)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${entry} is src/${path}, which exports nothing`)
    const symbols = checker.getExportsOfModule(module)
    const select = (value: boolean): string[] =>
      symbols
        .filter((symbol) => isValue(checker, symbol) === value)
        .map((symbol) => symbol.name)
        .sort()
    return [entry, { values: select(true), types: select(false) }]
  })
  return Object.fromEntries(names)
}

function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const typeOnly = symbol.declarations?.some(
    (at) => ts.isExportSpecifier(at) && (at.isTypeOnly || at.parent.parent.isTypeOnly),
  )
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return typeOnly !== true && (meant.flags & ts.SymbolFlags.Value) !== 0
}
