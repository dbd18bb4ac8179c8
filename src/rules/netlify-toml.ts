import * as z from 'zod/mini'
import type { Warning } from '../spec/plan.js'
import type { HeaderRule, NetlifyRules, RedirectRule } from '../spec/rules.js'
import { describeIssue, issuesOf } from '../toolkit/describe-issue.js'
import { isAlike } from '../toolkit/is-alike.js'
import { checkRedirect } from './check-redirect.js'
import { checkHeader } from './headers-file.js'
import { type Mistake, MistakeError, ruleWarning } from './problems.js'
import { type TomlLines, tomlLines } from './toml-lines.js'

/** Reads and writes TOML: the package that does belongs to another folder. */
export interface Toml {
  /** What the text says, or where it is no TOML. */
  parse(text: string): { readonly value: unknown } | { readonly line: number; readonly message: string }
  print(value: Readonly<Record<string, unknown>>): string
}

/** What was read of a `netlify.toml`. */
export interface ReadNetlifyToml {
  readonly rules: NetlifyRules | null
  readonly mistakes: readonly Mistake[]
  readonly warnings: readonly Warning[]
}

const file = 'netlify.toml'
const text = z.string('a text in quotes')
const table = z.record(z.string(), z.unknown())
const tables = (name: string) => z.array(z.record(z.string(), z.unknown()), `tables, each with the heading [[${name}]]`)

const commands = {
  base: z.optional(text),
  publish: z.optional(text),
  command: z.optional(text),
  ignore: z.optional(text),
  functions: z.optional(text),
  edge_functions: z.optional(text),
  environment: z.optional(z.record(z.string(), z.union([text, z.number(), z.boolean(), z.bigint()]))),
}
const redirectSchema = z.object({
  from: text,
  to: z.optional(text),
  status: z.optional(z.union([z.number(), z.bigint()], { error: 'a number without quotes, such as 301' })),
  force: z.optional(z.boolean()),
  query: z.optional(z.record(z.string(), text)),
  conditions: z.optional(z.record(z.string(), z.union([text, z.array(text)]))),
  signed: z.optional(text),
  headers: z.optional(z.record(z.string(), text)),
  rate_limit: z.optional(table),
})
const schema = z.object({
  build: z.optional(z.looseObject({ ...commands, environment: commands.environment })),
  context: z.optional(z.record(z.string(), z.looseObject(commands))),
  functions: z.optional(table),
  edge_functions: z.optional(tables('edge_functions')),
  plugins: z.optional(z.array(z.looseObject({ package: text }), 'tables, each with the heading [[plugins]]')),
  images: z.optional(z.looseObject({ remote_images: z.optional(z.array(text)) })),
  redirects: z.optional(tables('redirects')),
  headers: z.optional(tables('headers')),
})
const headerSchema = z.object({ for: text, values: z.optional(z.record(z.string(), z.union([text, z.array(text)]))) })
/**
 * All names at the top of a `netlify.toml`.
 * Source: docs.netlify.com, "File-based configuration", and `case.js` of the package `@netlify/config`, which takes `Build`, too.
 */
const tomlNames: readonly string[] = [
  ...Object.keys(schema.shape),
  ...['Build', 'Settings', 'addons', 'db', 'dev', 'integrations', 'settings', 'template'],
]

/** Names that Netlify goes on taking. Source: `normalize.js` of the package `@netlify/redirect-parser`. */
const formerNames: readonly (readonly [former: string, name: string])[] = [
  ['origin', 'from'],
  ['destination', 'to'],
  ...(['parameters', 'params'] as const).map((former) => [former, 'query'] as const),
  ...(['sign', 'signing'] as const).map((former) => [former, 'signed'] as const),
]

/**
 * Reads a `netlify.toml`, as far as it matters to a site that is built already; the rest is only held against what Netlify takes.
 * Source: docs.netlify.com, "File-based configuration".
 */
export function readNetlifyToml(content: string, toml: Toml): ReadNetlifyToml {
  const parsed = toml.parse(content.replace(/^\uFEFF/, ''))
  if (!('value' in parsed)) {
    const hint = 'Correct the line; toml.io tells how TOML is written.'
    return { rules: null, mistakes: [{ line: parsed.line, message: parsed.message, hint }], warnings: [] }
  }
  const lines = tomlLines(content)
  const mistakes: Mistake[] = []
  const warnings: Warning[] = []
  checkNames(Object.keys(parsed.value ?? {}), lines, mistakes, warnings)
  const config = check(schema, parsed.value, [], lines, mistakes)
  if (!config) return { rules: null, mistakes, warnings }
  const redirects = (config.redirects ?? []).flatMap((one, index) =>
    readRedirect(one, index, lines, mistakes, warnings),
  )
  const headers = (config.headers ?? []).flatMap((one, index) => readHeader(one, index, lines, mistakes, warnings))
  checkImages(config.images?.remote_images ?? [], lines, mistakes)
  for (const [context, settings] of Object.entries(config.context ?? {})) {
    for (const section of ['redirects', 'headers'].filter((name) => name in settings)) {
      const source = { file, line: lines.lineOf(['context', context, section]) }
      const hint = `Write [[${section}]] without a context: they hold for all of them.`
      warnings.push(ruleWarning(source, `${section} can't be of one context, so these are left out`, hint))
    }
  }
  // A few settings of redirects are known to this file alone, and the order among all of them counts.
  const isWhole = redirects.some(({ extras }) => extras.length > 0)
  const rest = {
    ...(config.images && { images: config.images }),
    ...(isWhole && { redirects: config.redirects ?? [] }),
  }
  const hasRest = Object.keys(rest).length > 0
  const rules = { redirects, headers, rest: hasRest ? toml.print(rest) : null, keepsRedirects: isWhole }
  return { rules: mistakes.length > 0 ? null : rules, mistakes, warnings }
}

function checkNames(names: readonly string[], lines: TomlLines, mistakes: Mistake[], warnings: Warning[]): void {
  for (const name of names.filter((name) => !tomlNames.includes(name))) {
    const line = lines.lineOf([name])
    const meant = tomlNames.find((known) => isAlike(known, name))
    // Netlify learns new names faster than this list, and passes over those that it does not know.
    if (meant) mistakes.push({ line, message: `there is no table "${name}"`, hint: `Write "${meant}".` })
    else warnings.push(ruleWarning({ file, line }, `"${name}" is not known`, 'Netlify may pass over it.'))
  }
}

function readRedirect(
  written: Readonly<Record<string, unknown>>,
  index: number,
  lines: TomlLines,
  mistakes: Mistake[],
  warnings: Warning[],
): RedirectRule[] {
  const path = ['redirects', index]
  const named: Record<string, unknown> = { ...written }
  for (const [former, name] of formerNames) if (named[name] === undefined) named[name] = written[former]
  const present = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  const one = check(redirectSchema, present, path, lines, mistakes)
  if (!one) return []
  const conditions = Object.entries(one.conditions ?? {}).map(([name, values]) => [name, [values].flat()] as const)
  const status = Number(one.status ?? 301)
  const source = { file, line: lines.lineOf(one.status === undefined ? path : [...path, 'status']) }
  return collect(mistakes, () => {
    const checked = checkRedirect(
      {
        from: one.from,
        to: one.to,
        status,
        force: one.force ?? false,
        query: one.query ?? {},
        conditions: Object.fromEntries(conditions),
        signed: one.signed ?? null,
        extras: [...(one.headers ? ['headers'] : []), ...(one.rate_limit ? ['rate_limit'] : [])],
      },
      { file, line: status === 301 ? lines.lineOf(path) : source.line },
    )
    warnings.push(...checked.warnings)
    return [{ ...checked.rule, source: { file, line: lines.lineOf(path) } }]
  })
}

function readHeader(
  written: Readonly<Record<string, unknown>>,
  index: number,
  lines: TomlLines,
  mistakes: Mistake[],
  warnings: Warning[],
): HeaderRule[] {
  const path = ['headers', index]
  const one = check(headerSchema, written, path, lines, mistakes)
  if (!one) return []
  return collect(mistakes, () => {
    const headers = Object.entries(one.values ?? {}).map(([name, value]) => {
      const joined = [value].flat().map((each) => each.trim().replace(/\s*[\r\n]\s*/g, ' '))
      return checkHeader(name.trim(), joined.join(', '), lines.lineOf([...path, 'values', name]))
    })
    if (!one.for.trim().startsWith('/')) {
      const line = lines.lineOf([...path, 'for'])
      throw new MistakeError(line, `"${one.for}" is no path`, 'What headers are for starts with "/".')
    }
    const source = { file, line: lines.lineOf(path) }
    if (headers.length > 0) return [{ for: one.for.trim(), headers, source }]
    warnings.push(ruleWarning(source, `no headers are given for "${one.for}"`, 'Write them below [headers.values].'))
    return []
  })
}

function checkImages(patterns: readonly string[], lines: TomlLines, mistakes: Mistake[]): void {
  for (const pattern of patterns) {
    try {
      new RegExp(pattern)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      const hint = 'Each of remote_images is a regular expression: "https://example.com/.*".'
      mistakes.push({ line: lines.lineOf(['images', 'remote_images']), message: `"${pattern}" is no pattern`, hint })
    }
  }
}

function check<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  path: readonly PropertyKey[],
  lines: TomlLines,
  mistakes: Mistake[],
): z.infer<Schema> | undefined {
  const { success, data, error } = z.safeParse(schema, value)
  if (success) return data
  for (const issue of issuesOf(error)) {
    const place = [...path, ...issue.path]
    const message = `${place.join('.')}: ${describeIssue(issue)}`
    mistakes.push({ line: lines.lineOf(place), message, hint: `Correct ${place.join('.')}.` })
  }
  return undefined
}

function collect<Rule>(mistakes: Mistake[], read: () => Rule[]): Rule[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof MistakeError)) throw error
    mistakes.push(error.mistake)
    return []
  }
}
