import type { AllowRule } from './allow-rule.js'

/**
 * Rules for git's smart HTTP protocol at any host, and for nothing else there: discovery, fetch and push.
 * @param origin as in {@link AllowRule}
 * @example createRelay({ allow: gitSmartHttp('https://git.acme.example'), pageOrigins: ['https://ide.acme.example'] })
 */
export function gitSmartHttp(origin: string): AllowRule[] {
  return [
    { origin, methods: ['GET'], paths: [/(?:\/[^/?]+)+\/info\/refs\?service=git-(?:upload|receive)-pack/] },
    { origin, methods: ['POST'], paths: [/(?:\/[^/?]+)+\/git-(?:upload|receive)-pack/] },
  ]
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Git over HTTP at GitHub, which sends no CORS headers there: a page needs a relay to push. */
export const githubGit: readonly AllowRule[] = gitSmartHttp('https://github.com')

/** GitHub's REST API. It answers pages of any origin itself; useful where a network lets only the relay through. */
export const githubApi: readonly AllowRule[] = [{ origin: 'https://api.github.com', methods: everyMethod }]

/**
 * Reading what GitHub's API leads on to for logs and artifacts of Actions, which is sent without CORS headers: besides
 * {@link githubApi}, whose answers a relay follows there. The addresses are signed, and hold for a minute.
 */
export const githubDownloads: readonly AllowRule[] = [
  { origin: 'https://*.blob.core.windows.net', paths: [/\/actions-results\/.*/] },
]

/**
 * Git over HTTP at GitLab.com, which sends no CORS headers there. Its REST API answers pages
 * itself, and needs slashes escaped in a path, which no relay passes on.
 */
export const gitlabGit: readonly AllowRule[] = gitSmartHttp('https://gitlab.com')

/** Netlify's REST API. */
export const netlifyApi: readonly AllowRule[] = [
  { origin: 'https://api.netlify.com', methods: everyMethod, paths: [/\/api\/v1\/.*/] },
]

/** Reading sites published on Netlify under their own names, which is how a deployment is verified. */
export const netlifySites: readonly AllowRule[] = [{ origin: 'https://*.netlify.app', methods: ['GET', 'HEAD'] }]
