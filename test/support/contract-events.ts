import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

interface Webhook {
  readonly post: { readonly 'x-github': { readonly subcategory: string; readonly 'supported-webhook-types': string[] } }
}

/** Events of webhooks by GitHub's published contract: all, and those of repositories. */
export function contractEvents(): { readonly all: string[]; readonly ofRepositories: string[] } {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  const document = JSON.parse(readFileSync(file, 'utf8')) as { readonly 'x-webhooks': Record<string, Webhook> }
  const facts = Object.values(document['x-webhooks']).map(({ post }) => post['x-github'])
  const namesOf = (some: typeof facts) => [...new Set(some.map((one) => one.subcategory.replaceAll('-', '_')))]
  return {
    all: namesOf(facts),
    ofRepositories: namesOf(facts.filter((one) => one['supported-webhook-types'].includes('repository'))),
  }
}
