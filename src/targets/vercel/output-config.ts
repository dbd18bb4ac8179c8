import type { Artifact } from '../../spec/artifact.js'

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

/** The files as a Build Output tree (Vercel's docs, "Build Output API", version 3); its configuration goes along inline. */
export async function outputFiles(artifacts: readonly Artifact[]): Promise<(InlineFile | DigestFile)[]> {
  const data = JSON.stringify({ version: 3, routes: await routesOf(artifacts) })
  const files = artifacts.map(({ path, sha1, size }) => ({ file: `${root}static/${path}`, sha: sha1, size }))
  return [{ file: `${root}config.json`, data, encoding: 'utf-8' }, ...files]
}

async function routesOf(artifacts: readonly Artifact[]): Promise<unknown[]> {
  const find = (path: string) => artifacts.find((artifact) => artifact.path === path)
  const rules = new TextDecoder().decode(await find('_redirects')?.read())
  const routes: unknown[] = [{ handle: 'filesystem' }]
  if (find('index.html') && singlePage.test(rules)) routes.push({ src: '/.*', dest: '/index.html' })
  if (find('404.html')) routes.push({ handle: 'error' }, { src: '/.*', status: 404, dest: '/404.html' })
  return routes
}
