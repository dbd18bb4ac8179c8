import type { FaultRule } from '../faults/rules.js'
import { type BranchReader, createBranchReader } from './branches.js'
import { neonDatabases } from './database-views.js'
import { netlifyDeployment, netlifySite } from './netlify-views.js'
import { pagesDeployments, pagesSite } from './pages-views.js'
import { redacted } from './redact.js'
import { githubRepository, gitlabProject } from './repository-views.js'
import type { InspectionSource } from './source.js'
import type { AddressView, EmulatorStateView, FaultView } from './state-view.js'
import { vercelDeployment, vercelSite } from './vercel-views.js'

/** Tells what an emulator holds. */
export type Inspect = () => Promise<EmulatorStateView>

/**
 * Makes the function that tells what an emulator holds: it remembers commits, so that looking often costs little.
 *
 * @param now the emulator's time in milliseconds since the epoch
 */
export function createInspect(source: InspectionSource, now: () => number): Inspect {
  const reader = createBranchReader()
  const look = async (): Promise<EmulatorStateView> => {
    const { netlify, vercel, neon, github, faults } = source
    // Reading the state does what is due by now: once for all of it.
    const [atNetlify, atVercel] = [
      { ...netlify, state: netlify.state },
      { ...vercel, state: vercel.state },
    ]
    const pages = github.state.pages.sites
    const sites = [
      ...[...atNetlify.state.sites.values()].map((site) => netlifySite(site, atNetlify)),
      ...[...atVercel.state.projects.values()].map((project) => vercelSite(project, atVercel)),
      ...pages.map((site) => pagesSite(site, source)),
    ]
    const deployments = [
      ...[...atNetlify.state.deploys.values()].map((deploy) => netlifyDeployment(deploy, atNetlify)),
      ...[...atVercel.state.deployments.values()].map((deployment) => vercelDeployment(deployment, atVercel)),
      ...pages.flatMap(pagesDeployments),
    ]
    return redacted({
      now: now(),
      addresses: addressesOf(source),
      sites: newestFirst(sites, ({ lastDeployment, createdAt }) => lastDeployment?.createdAt ?? createdAt),
      deployments: newestFirst(deployments, ({ createdAt }) => createdAt),
      repositories: newestFirst(await repositoriesOf(source, reader), ({ pushedAt }) => pushedAt),
      databases: newestFirst(neon ? neonDatabases(neon.state) : [], ({ createdAt }) => createdAt),
      faults: faults.list().map(({ rule, hits }) => faultView(rule, hits)),
    })
  }
  return async () => {
    for (;;) {
      const { state } = source.github
      try {
        return await look()
      } catch (error) {
        // A reset puts another state in its place, and removes the repositories that were being read.
        if (source.github.state === state) throw error
      }
    }
  }
}

async function repositoriesOf(source: InspectionSource, reader: BranchReader) {
  return Promise.all([
    ...source.github.state.repositories.map((repository) => githubRepository(repository, source, reader)),
    ...source.gitlab.state.projects.map((project) => gitlabProject(project, source, reader)),
  ])
}

function addressesOf(source: InspectionSource): AddressView[] {
  const { netlify, vercel, neon, github, git, gitlab, dns, relay, runtime } = source
  return [
    { name: 'netlify', title: 'Netlify', url: netlify.url },
    { name: 'vercel', title: 'Vercel', url: vercel.url },
    ...(neon ? [{ name: 'neon', title: 'Neon', url: neon.url }] : []),
    { name: 'github', title: 'GitHub', url: github.url },
    { name: 'git', title: 'Git', url: git.url },
    { name: 'gitlab', title: 'GitLab', url: gitlab.url },
    { name: 'relay', title: 'Relay', url: relay.url },
    { name: 'runtime', title: 'Runtime', url: runtime.url },
    { name: 'dns', title: 'DNS', url: dns.url },
  ]
}

function faultView({ fault, provider, method, path, times }: FaultRule, hits: number): FaultView {
  return {
    kind: fault.kind,
    provider: provider ?? null,
    method: method ?? null,
    path: path === undefined ? null : String(path),
    status: fault.kind === 'status' ? fault.status : null,
    hits,
    times: times === undefined || times === Number.POSITIVE_INFINITY ? null : times,
  }
}

/** Of those of one time, the one that was made last comes first. */
function newestFirst<Item>(items: readonly Item[], time: (item: Item) => number): Item[] {
  return [...items].reverse().sort((one, other) => time(other) - time(one))
}
