import type { Warning } from '../../spec/plan.js'
import type { HostRules } from '../../spec/rules.js'

/** What Netlify does not do of rules. */
export function warnNetlify({ vercel }: HostRules): Warning[] {
  const names = (['redirects', 'rewrites', 'headers', 'routes'] as const).filter((name) => vercel?.[name]?.length)
  if (names.length === 0) return []
  return [
    {
      code: 'rules-of-other-host',
      message: `vercel.json sets ${names.join(', ')}, which Netlify does not read.`,
      hint: 'Write them into _redirects and _headers in the folder that is published, or into netlify.toml.',
    },
  ]
}
