import type { Warning } from '../../spec/plan.js'
import type { HostRules } from '../../spec/rules.js'
import { isCommand, whyNot } from './redirect-routes.js'

/** What Vercel can't do of rules. */
export function warnVercel({ redirects, headers, netlify, vercel }: HostRules): Warning[] {
  const warnings: Warning[] = []
  for (const rule of redirects) {
    const reason = whyNot(rule)
    if (reason === undefined) continue
    warnings.push({
      code: 'rule-unsupported',
      message: `${rule.source.file}, line ${rule.source.line}: the redirect of "${rule.from}" ${reason}, which Vercel can't do: it is left out there.`,
      hint: 'Do it in a middleware or a function of the site.',
    })
  }
  for (const { source, headers: fields } of headers) {
    if (!source || !fields.some(([name]) => isCommand(name))) continue
    warnings.push({
      code: 'rule-unsupported',
      message: `${source.file}, line ${source.line}: Basic-Auth is Netlify's own, so these paths are open to everybody on Vercel.`,
      hint: 'Use the deployment protection of Vercel.',
    })
  }
  const sections = ['redirects', 'headers'].filter(
    (name) => (netlify?.[name as 'redirects' | 'headers'] ?? []).length > 0,
  )
  if (sections.length > 0 && !vercel) {
    warnings.push({
      code: 'rules-of-other-host',
      message: `netlify.toml sets ${sections.join(' and ')}, which Vercel does not read.`,
      hint: 'Write them into _redirects and _headers in the folder that is published, or into vercel.json.',
    })
  }
  return warnings
}
