import type { Warning } from '../spec/plan.js'
import type { HostRules } from '../spec/rules.js'
import { readHeaders } from './headers-file.js'
import { type Mistake, rulesInvalid } from './problems.js'
import { readRedirects } from './redirects-file.js'

/** The texts of `_redirects` and `_headers`; `undefined` where there is none. */
export interface RuleTexts {
  readonly redirects: string | undefined
  readonly headers: string | undefined
  /** Folder in which they were found, for messages; empty for the output. */
  readonly folder: string
}

/** The rules of the user's files among what is published. */
export interface ReadOutputRules extends Pick<HostRules, 'redirects' | 'headers'> {
  readonly warnings: readonly Warning[]
}

/**
 * Reads `_redirects` and `_headers`.
 * @throws OptionsError `rules-invalid` that names file and lines
 */
export function readOutputRules({ redirects, headers, folder }: RuleTexts): ReadOutputRules {
  const place = (name: string) => (folder === '' ? name : `${folder}/${name}`)
  const redirected = readRedirects(redirects ?? '', place('_redirects'))
  refuse(place('_redirects'), redirected.mistakes)
  const headed = readHeaders(headers ?? '', place('_headers'))
  refuse(place('_headers'), headed.mistakes)
  return {
    redirects: redirected.rules,
    headers: headed.rules,
    warnings: [...redirected.warnings, ...headed.warnings],
  }
}

/** @throws OptionsError `rules-invalid` */
export function refuse(file: string, mistakes: readonly Mistake[]): void {
  if (mistakes.length > 0) throw rulesInvalid(file, mistakes)
}
