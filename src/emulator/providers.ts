import type { Accounts } from './accounts.js'
import { createDns, type EmulatedDns } from './dns.js'
import type { EmulatorOptions } from './emulator-options.js'
import { githubContract } from './github/contract.js'
import { createGithub, type EmulatedGithub } from './github/github.js'
import { createGitlab, type EmulatedGitlab } from './gitlab/gitlab.js'
import { createNeon, type Neon } from './neon/neon.js'
import { netlifyRepositories } from './netlify/builds/github-repositories.js'
import { createNetlify, type Netlify } from './netlify/netlify.js'
import { createRandom } from './random.js'
import { githubRepositories } from './vercel/github-repositories.js'
import { createVercel, type Vercel } from './vercel/vercel.js'

/** All emulated providers, who know of each other: a push to one is built by another. */
export interface Providers {
  readonly netlify: Netlify
  readonly github: EmulatedGithub
  readonly gitlab: EmulatedGitlab
  readonly vercel: Vercel
  readonly neon: Neon
  readonly dns: EmulatedDns
  /** Ends what runs, and removes what is on disk. */
  close(): Promise<void>
}

/** Where everything is served, for what providers say of each other and of themselves; asked for at each reply, since ports are known late. */
export interface Addresses {
  readonly githubApi: () => string
  readonly git: () => string
  readonly gitlab: () => string
  readonly vercelSites: () => string
  /** Of a Netlify site by its label. */
  readonly site: (label: string) => string
  /** Of an owner's Pages. */
  readonly pages: (owner: string) => string
}

/** Makes providers that know nothing yet but the accounts. */
export async function createProviders(
  options: EmulatorOptions,
  accounts: Accounts,
  clock: { now(): number },
  addresses: Addresses,
): Promise<Providers> {
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  const now = () => clock.now()
  const random = (name: string) => createRandom(options.seed, name)
  try {
    const dns = createDns(options.dns)
    const netlify = createNetlify({
      ...options.netlify,
      accounts,
      clock,
      random: random('netlify'),
      address: addresses.site,
      resolve: dns.resolve,
      repositories: netlifyRepositories(() => github.state.repositories),
    })
    closers.push(netlify.close)
    const github = await createGithub({
      ...options.github,
      accounts,
      now,
      random: random('github'),
      contract: githubContract(),
      urls: () => ({ api: addresses.githubApi(), web: addresses.git() }),
      pagesOrigin: addresses.pages,
      pushed: async (push) => {
        await netlify.pushed(push)
        await vercel.pushed(push)
      },
      pulled: (pull) => netlify.pulled(pull),
    })
    closers.push(github.close)
    const gitlab = await createGitlab({
      ...options.gitlab,
      accounts,
      now,
      random: random('gitlab'),
      url: addresses.gitlab,
    })
    closers.push(gitlab.close)
    const vercel = createVercel({
      ...options.vercel,
      dns: () => [...dns.records(), ...(options.vercel?.dns?.() ?? [])],
      accounts,
      now,
      random: random('vercel'),
      repositories: githubRepositories(() => github.state.repositories),
      sitesUrl: addresses.vercelSites,
    })
    closers.push(vercel.close)
    const neon = createNeon({ ...options.neon, accounts, now, random: random('neon') })
    return { netlify, github, gitlab, vercel, neon, dns, close }
  } catch (error) {
    await close()
    throw error
  }
}
