import type { HeaderRule, HostFiles, HostRules } from '../spec/rules.js'
import { filterWithPauses } from '../toolkit/filter-with-pauses.js'
import { createPatternSet } from '../toolkit/pattern-set.js'
import { createPacer } from '../toolkit/yield-to-page.js'
import { immutableFiles } from './immutable-files.js'
import { type SecurityPreset, securityHeaders } from './security-headers.js'

/** What headers were asked for. */
export interface HeaderSettings {
  readonly cache: boolean
  readonly security: SecurityPreset
  readonly contentSecurityPolicy?: string | undefined
  readonly rules: readonly { readonly for: string; readonly headers: Readonly<Record<string, string>> }[]
}

/** All that a host is to do with some files. @param paths of all files that are published */
export async function makeRules(
  own: Pick<HostRules, 'redirects' | 'headers' | 'files'>,
  { netlify, vercel }: Pick<HostFiles, 'netlify' | 'vercel'>,
  settings: HeaderSettings,
  paths: readonly string[],
): Promise<HostRules> {
  const asked: HeaderRule[] = settings.rules.map((rule) => ({
    for: rule.for,
    headers: Object.entries(rule.headers),
    source: null,
  }))
  const added = [...asked, ...securityHeaders(settings.security, settings.contentSecurityPolicy)]
  const caching = createPatternSet([...own.headers, ...added].filter(setsCaching).map((rule) => rule.for))
  const isFree = (path: string) => !caching.fits(`/${path}`)
  const immutable = settings.cache ? await filterWithPauses(await immutableFiles(paths), isFree, createPacer()) : []
  return { ...own, added, immutable, netlify, vercel }
}

function setsCaching({ headers }: HeaderRule): boolean {
  return headers.some(([name]) => name.toLowerCase() === 'cache-control')
}
