import type { Emulator } from '../../src/emulator/index.js'
import { nativeGit } from '../support/stage.js'

/** What deployments have left at the providers: equal ones came to the same. */
export interface EndState {
  readonly sites: readonly string[]
  /** State and digests of each deploy, by path. */
  readonly deploys: readonly { readonly state: string; readonly files: Readonly<Record<string, string>> }[]
  readonly repositories: readonly string[]
  /** What stands on the branches, and every commit that there is, on a branch or not. */
  readonly commits: readonly string[]
  readonly branches: readonly string[]
  /** How often the bytes of each digest have arrived. */
  readonly uploads: Readonly<Record<string, number>>
  /** What the site's address answers, by path. */
  readonly served: Readonly<Record<string, string>>
}

/** Looks at everything that there is. */
export async function endStateOf(emulator: Emulator): Promise<EndState> {
  const { netlify, github, requests } = emulator
  const sites = [...netlify.state.sites.values()]
  const deploys = [...netlify.state.deploys.values()]
  const commits: string[] = []
  const branches: string[] = []
  for (const { path } of github.state.repositories) {
    const objects = await nativeGit(path, 'cat-file', '--batch-check', '--batch-all-objects')
    commits.push(...objects.split('\n').filter((line) => line.includes(' commit ')))
    branches.push(await nativeGit(path, 'for-each-ref', '--format=%(refname) %(objectname)'))
  }
  const uploads: Record<string, number> = {}
  for (const { provider, method, path, carriedOut } of requests) {
    const [, id, file] = path.match(/\/deploys\/([^/]+)\/files\/(.*)$/) ?? []
    if (provider !== 'netlify' || method !== 'PUT' || !carriedOut || !id || !file) continue
    const sha1 = netlify.state.deploys.get(id)?.files?.get(decodeURIComponent(file)) ?? `${id} ${file}`
    uploads[sha1] = (uploads[sha1] ?? 0) + 1
  }
  const served: Record<string, string> = {}
  for (const { name, published } of sites) {
    for (const file of [...(published?.files?.keys() ?? []), 'not-there']) {
      const response = await emulator.fetch(`${netlify.siteUrl(name)}/${file}`)
      served[`${name}/${file}`] = `${response.status} ${Buffer.from(await response.arrayBuffer()).toString('latin1')}`
    }
  }
  return {
    sites: sites.map(({ name }) => name),
    deploys: deploys.map(({ state, files }) => ({ state, files: Object.fromEntries([...(files ?? [])].sort()) })),
    repositories: github.state.repositories.map(({ owner, name }) => `${owner.login}/${name}`),
    commits,
    branches,
    uploads,
    served,
  }
}

/** How many things there are more than there should be. */
export function duplicatesIn(seen: EndState, expected: EndState): number {
  const more = (one: readonly unknown[], other: readonly unknown[]) => Math.max(0, one.length - other.length)
  const uploads = Object.entries(seen.uploads).map(([sha1, count]) =>
    Math.max(0, count - (expected.uploads[sha1] ?? 0)),
  )
  return (
    more(seen.sites, expected.sites) +
    more(seen.deploys, expected.deploys) +
    more(seen.repositories, expected.repositories) +
    more(seen.commits, expected.commits) +
    uploads.reduce((sum, count) => sum + count, 0)
  )
}
