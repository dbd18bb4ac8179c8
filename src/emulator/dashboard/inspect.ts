import type { FaultRule } from '../faults/rules.js'
import { type BranchReader, createBranchReader } from './branches.js'
import { neonDatabases } from './database-views.js'
import { netlifyDeployment, netlifySite } from './netlify-views.js'
import { pagesDeployments, pagesSite } from './pages-views.js'
import { redacted } from './redact.js'
import { githubRepository, gitlabProject } from './repository-views.js'
import type { InspectionSource, ShownAddresses } from './source.js'
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
      addresses: addressesOf(source.addresses),
      sites: newestFirst(sites, ({ lastDeployment, createdAt }) => lastDeployment?.createdAt ?? createdAt),
      deployments: newestFirst(deployments, ({ createdAt }) => createdAt),
      repositories: newestFirst(await repositoriesOf(source, reader), ({ pushedAt }) => pushedAt),
      databases: newestFirst(neonDatabases(neon.state), ({ createdAt }) => createdAt),
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

/** What the addresses are, for people, in the order in which they are shown. */
const titles: Readonly<Record<keyof ShownAddresses, string>> = {
  netlify: 'Netlify',
  vercel: 'Vercel',
  neon: 'Neon',
  github: 'GitHub',
  git: 'Git',
  pages: 'Pages',
  gitlab: 'GitLab',
  relay: 'Relay',
  runtime: 'Runtime',
  dns: 'DNS',
}

function addressesOf(addresses: ShownAddresses): AddressView[] {
  const names = Object.keys(titles) as (keyof ShownAddresses)[]
  return names.map((name) => ({ name, title: titles[name], url: addresses[name] }))
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
