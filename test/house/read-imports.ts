import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Root of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/** One import of a module, whatever its form: `import`, `export … from`, `import()`, or `import('…')` in a type. */
export interface Import {
  readonly specifier: string
  /** Whether it is gone once the types are. */
  readonly typeOnly: boolean
  /** Whether it waits until the code runs. */
  readonly lazy: boolean
}

/** What the rules of the house ask of a module. */
export interface Module {
  readonly imports: readonly Import[]
  /** Whether it has anything that stays once the types are gone. */
  readonly runs: boolean
}

/** Reads a module with TypeScript's own parser. */
export function readModule(source: string): Module {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.ES2022, true)
  const imports: Import[] = []
  const visit = (node: ts.Node): void => {
    const found = readImport(node)
    if (found !== null) imports.push(found)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { imports, runs: file.statements.some((statement) => !isType(statement)) }
}

function readImport(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause
    const named = clause?.namedBindings
    const allTypes =
      clause?.name === undefined && named !== undefined && ts.isNamedImports(named) && areTypes(named.elements)
    const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes
    return { specifier: textOf(node.moduleSpecifier), typeOnly, lazy: false }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const named = node.exportClause
    const allTypes = named !== undefined && ts.isNamedExports(named) && areTypes(named.elements)
    return { specifier: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly || allTypes, lazy: false }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: textOf(node.argument.literal), typeOnly: true, lazy: false }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { specifier: textOf(node.arguments[0]), typeOnly: false, lazy: true }
  }
  return null
}

function areTypes(elements: readonly { readonly isTypeOnly: boolean }[]): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly)
}

function isType(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true
  return readImport(statement)?.typeOnly ?? false
}

/** A computed specifier has no text that could be checked, so it is shown as it is written. */
function textOf(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : `a computed name: ${node?.getText()}`
}

/** All sources below `src`, by their path in it: `relay/relay.ts`. */
export function readSources(): Map<string, string> {
  const paths = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).sort()
  const sources = paths.filter((path) => path.endsWith('.ts'))
  return new Map(sources.map((path) => [path, readFileSync(`${root}src/${path}`, 'utf8')]))
}
