import * as z from 'zod/mini'
import { OptionsError } from '../errors/options-error.js'
import { jsonErrorLine } from './json-error.js'

/** The fields of a package.json that detection reads. */
interface PackageJsonContent {
  readonly name?: string | undefined
  readonly packageManager?: unknown
  readonly scripts?: Readonly<Record<string, string>> | undefined
  readonly dependencies?: Readonly<Record<string, string>> | undefined
  readonly devDependencies?: Readonly<Record<string, string>> | undefined
  readonly engines?: unknown
  readonly workspaces?: unknown
  readonly targets?: unknown
}

const texts = z.record(z.string(), z.string())

const schema: z.ZodMiniType<PackageJsonContent> = z.looseObject({
  name: z.optional(z.string()),
  packageManager: z.optional(z.unknown()),
  scripts: z.optional(texts),
  dependencies: z.optional(texts),
  devDependencies: z.optional(texts),
  engines: z.optional(z.unknown()),
  workspaces: z.optional(z.unknown()),
  targets: z.optional(z.unknown()),
})

/** What detection reads of a package.json. */
export class PackageJson {
  readonly name: string | null
  readonly packageManager: unknown
  readonly workspaces: unknown
  /** Parcel's `targets`. */
  readonly targets: unknown
  readonly scripts: ReadonlyMap<string, string>
  /** Version range by package name, of `dependencies` and `devDependencies`. */
  readonly dependencies: ReadonlyMap<string, string>
  readonly nodeVersion: string | null

  constructor(content: PackageJsonContent) {
    this.name = content.name ?? null
    this.packageManager = content.packageManager
    this.workspaces = content.workspaces
    this.targets = content.targets
    this.scripts = new Map(Object.entries(content.scripts ?? {}))
    this.dependencies = new Map([
      ...Object.entries(content.dependencies ?? {}),
      ...Object.entries(content.devDependencies ?? {}),
    ])
    const engines = z.safeParse(z.looseObject({ node: z.string() }), content.engines)
    this.nodeVersion = engines.success ? engines.data.node : null
  }

  /** Major and minor version that a dependency asks for at least; `undefined` where its range doesn't tell. */
  version(dependency: string): { readonly major: number; readonly minor: number } | undefined {
    const match = /(\d+)(?:\.(\d+))?/.exec(this.dependencies.get(dependency) ?? '')
    return match ? { major: Number(match[1]), minor: Number(match[2] ?? 0) } : undefined
  }
}

/**
 * Reads a package.json.
 * @throws OptionsError `package-json-invalid` with the line of a syntax error or the name of a wrong field.
 */
export function parsePackageJson(text: string): PackageJson {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    const line = jsonErrorLine(text)
    throw new OptionsError({
      code: 'package-json-invalid',
      message: `package.json is not valid JSON: the mistake is in line ${line}.`,
      hint: `Correct line ${line} of package.json; comments and commas after a last entry are not allowed there.`,
      details: { file: 'package.json', line },
      cause,
    })
  }
  const parsed = z.safeParse(schema, content)
  if (parsed.success) return new PackageJson(parsed.data)
  const field = parsed.error.issues[0]?.path.join('.') || 'the whole file'
  throw new OptionsError({
    code: 'package-json-invalid',
    message: `package.json is not what npm expects: ${field} has the wrong type.`,
    hint: 'package.json has to be an object; names, scripts and versions in it have to be strings.',
    details: { file: 'package.json', field },
  })
}
