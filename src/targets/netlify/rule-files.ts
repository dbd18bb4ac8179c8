import type { Artifact } from '../../spec/artifact.js'
import type { HeaderRule, HostRules, NetlifyRules, RedirectRule } from '../../spec/rules.js'
import { fileOf } from '../../toolkit/file-of.js'
import { namedFiles } from '../../toolkit/named-files.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { coversOf, createUncovered } from './uncovered.js'

/** What nobody is served. */
const ownFiles = new Set(['_headers', '_redirects'])
const immutable: readonly [name: string, value: string] = ['Cache-Control', 'public, max-age=31536000, immutable']

/**
 * Completes the files with the rules, in Netlify's own form: `_headers` and `_redirects` begin with the user's own text. The rules of
 * a `netlify.toml` follow there, as Netlify itself lets those of `_headers` and `_redirects` go before them; what only a `netlify.toml`
 * can say is one of its own, without commands and variables, which are nobody's business.
 */
export async function withRuleFiles(artifacts: readonly Artifact[], rules: HostRules): Promise<readonly Artifact[]> {
  const paths = artifacts.map(({ path }) => path).filter((path) => !ownFiles.has(path))
  const texts: Record<string, string> = {
    _headers: await headerLines(rules, paths),
    _redirects: rules.netlify && !rules.netlify.keepsRedirects ? redirectLines(rules.netlify) : '',
  }
  const added: Artifact[] = []
  for (const [path, text] of Object.entries(texts)) {
    if (text === '') continue
    const own = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      await artifacts.find((one) => one.path === path)?.read(),
    )
    added.push(await fileOf(path, joinLines(own, text)))
  }
  if (rules.netlify?.rest && !paths.includes('netlify.toml')) {
    added.push(await fileOf('netlify.toml', rules.netlify.rest))
  }
  if (added.length === 0) return artifacts
  const replaced = new Set(added.map(({ path }) => path))
  const kept = artifacts.filter(({ path }) => !replaced.has(path))
  return [...kept, ...added].sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function headerLines(rules: HostRules, paths: readonly string[]): Promise<string> {
  const uncovered = createUncovered(paths, createPacer())
  const ofToml = rules.netlify?.headers ?? []
  const own = [...rules.headers, ...ofToml]
  const earlier: HeaderRule[] = [...own]
  const blocks = new Map<string, string[]>()
  const add = (pattern: string, [name, value]: readonly [string, string]) => {
    const lines = blocks.get(pattern) ?? []
    if (lines.push(`  ${name}: ${value}`) === 1) blocks.set(pattern, lines)
  }
  for (const rule of ofToml) for (const header of rule.headers) add(rule.for, header)
  for (const rule of rules.added) {
    for (const header of rule.headers) {
      for (const pattern of await uncovered(rule.for, coversOf(settersOf(earlier, header[0])))) add(pattern, header)
    }
    earlier.push(rule)
  }
  const caching = coversOf(settersOf(earlier, immutable[0]))
  for (const pattern of namedFiles(rules.immutable, paths)) {
    for (const one of await uncovered(pattern, caching)) add(one, immutable)
  }
  return [...blocks].map(([pattern, lines]) => `${pattern}\n${lines.join('\n')}\n`).join('')
}

function settersOf(rules: readonly HeaderRule[], name: string): string[] {
  const isIt = ([own]: readonly [string, string]) => own.toLowerCase() === name.toLowerCase()
  return rules.filter(({ headers }) => headers.some(isIt)).map((rule) => rule.for)
}

/** Puts lines behind a text. */
export function joinLines(own: string, lines: string): string {
  return own === '' || own.endsWith('\n') ? own + lines : `${own}\n${lines}`
}

/** The redirects of a `netlify.toml` as lines of `_redirects`. */
export function redirectLines({ redirects }: NetlifyRules): string {
  return redirects.map((rule) => `${redirectLine(rule)}\n`).join('')
}

function redirectLine({ from, query, to, status, force, conditions, signed }: RedirectRule): string {
  const pairs = (entries: readonly (readonly [string, string])[]) => entries.map(([name, value]) => `${name}=${value}`)
  return [
    from,
    ...pairs(Object.entries(query)),
    to,
    `${status}${force ? '!' : ''}`,
    ...pairs(Object.entries(conditions).map(([name, values]) => [name, values.join(',')])),
    ...(signed === null ? [] : [`Sign=${signed}`]),
  ].join(' ')
}
