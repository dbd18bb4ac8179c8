import type { Artifact } from '../../spec/artifact.js'
import type { HostRules } from '../../spec/rules.js'
import type { Route } from './routes.js'

/** A file of a deployment whose bytes are part of the request. */
export interface InlineFile {
  readonly file: string
  readonly data: string
  readonly encoding: 'utf-8'
}

/** A file of a deployment that Vercel has, or asks for. */
export interface DigestFile {
  readonly file: string
  readonly sha: string
  readonly size: number
}

const root = '.vercel/output/'
/** Netlify's rule of a single-page app, which frameworks and people write for other hosts, too. */
const singlePage = /^\s*\/\*\s+\/(?:index\.html)?\s+200!?\s*(?:#.*)?$/m
/** Files that say what a host is to do: nobody is to read them, as there may be passwords in them. */
export const ruleFiles: ReadonlySet<string> = new Set(['_headers', '_redirects'])

/**
 * The files as a Build Output tree (Vercel's docs, "Build Output API", version 3); its configuration goes along inline.
 * @param rules Without them, the rule of a single-page app is looked for.
 */
export async function outputFiles(
  artifacts: readonly Artifact[],
  rules: HostRules | undefined,
): Promise<(InlineFile | DigestFile)[]> {
  const plain = { version: 3, routes: await routesOf(artifacts, rules === undefined) } as const
  const { withRules } = rules ? await import('./rule-routes.js') : {}
  const data = JSON.stringify(rules && withRules ? await withRules(plain, rules, artifacts) : plain)
  const files = artifacts.map(({ path, sha1, size }) => ({ file: `${root}static/${path}`, sha: sha1, size }))
  return [{ file: `${root}config.json`, data, encoding: 'utf-8' }, ...files]
}

async function routesOf(artifacts: readonly Artifact[], isGuessed: boolean): Promise<Route[]> {
  const find = (path: string) => artifacts.find((artifact) => artifact.path === path)
  const rules = isGuessed ? new TextDecoder().decode(await find('_redirects')?.read()) : ''
  const routes: Route[] = [{ handle: 'filesystem' }]
  if (find('index.html') && singlePage.test(rules)) routes.push({ src: '/.*', dest: '/index.html' })
  if (find('404.html')) routes.push({ handle: 'error' }, { src: '/.*', status: 404, dest: '/404.html' })
  return routes
}
