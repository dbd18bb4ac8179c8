import type { HeaderRule, HostFiles, HostRules } from '../spec/rules.js'
import { fitsPattern } from '../toolkit/path-pattern.js'
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
export function makeRules(
  own: Pick<HostRules, 'redirects' | 'headers' | 'files'>,
  { netlify, vercel }: Pick<HostFiles, 'netlify' | 'vercel'>,
  settings: HeaderSettings,
  paths: readonly string[],
): HostRules {
  const asked: HeaderRule[] = settings.rules.map((rule) => ({
    for: rule.for,
    headers: Object.entries(rule.headers),
    source: null,
  }))
  const added = [...asked, ...securityHeaders(settings.security, settings.contentSecurityPolicy)]
  const caching = [...own.headers, ...added].filter(setsCaching)
  const immutable = settings.cache
    ? immutableFiles(paths).filter((path) => !caching.some((rule) => fitsPattern(rule.for, `/${path}`)))
    : []
  return { ...own, added, immutable, netlify, vercel }
}

function setsCaching({ headers }: HeaderRule): boolean {
  return headers.some(([name]) => name.toLowerCase() === 'cache-control')
}
