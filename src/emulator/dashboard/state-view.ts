/** Whose sites and deployments the emulator has. */
export type HostingProvider = 'netlify' | 'vercel' | 'github-pages'

/** Where a provider, or what the emulator serves beside them, is reached. */
export interface AddressView {
  /** As in `emulator.addresses`. */
  readonly name: string
  /** What it is, for people. */
  readonly title: string
  readonly url: string
}

/** A site, or a project whose deployments are sites. All times here are milliseconds since the epoch by the emulator's clock. */
export interface SiteView {
  readonly provider: HostingProvider
  /** The provider's own. */
  readonly id: string
  readonly name: string
  /** Login of the user or the organization whose it is. */
  readonly account: string
  /** Where production is served, whether anything is there or not. */
  readonly url: string
  /** Other addresses that lead there: domains of its own. */
  readonly domains: readonly string[]
  readonly createdAt: number
  /** Whether its address serves something. */
  readonly isLive: boolean
  /** Whether no later deployment may take the place of what is served. */
  readonly isLocked: boolean
  /** Id of the deployment that its address serves; `null` where it serves none, and where GitHub tells of none. */
  readonly published: string | null
  readonly publishedAt: number | null
  /** The latest of its deployments, whether it came to be or not. */
  readonly lastDeployment: DeploymentView | null
}

/** A state that a deployment was in. */
export interface DeploymentStateView {
  /** In the provider's own word, for example `processing` or `BUILDING`. */
  readonly state: string
  /** Since when. */
  readonly at: number
}

/** A deployment of any provider. */
export interface DeploymentView {
  readonly provider: HostingProvider
  readonly id: string
  /** Id of its site, and the site's name. */
  readonly siteId: string
  readonly site: string
  /** What it was for. */
  readonly kind: 'production' | 'staged' | 'preview' | 'draft' | 'branch' | 'environment'
  /** The message that it was made with. */
  readonly title: string | null
  readonly branch: string | null
  /** In the provider's own word. */
  readonly state: string
  readonly outcome: 'under-way' | 'succeeded' | 'failed' | 'canceled'
  /** Whether its site's address serves it. */
  readonly isLive: boolean
  /** Where it alone is served, from when it has succeeded; `null` where the provider has no such address. */
  readonly url: string | null
  /** How many files it has; `null` while that is not known. */
  readonly files: number | null
  readonly error: string | null
  readonly createdAt: number
  /** When it came to its outcome; `null` before. */
  readonly endedAt: number | null
  /** Every state so far, in order. */
  readonly states: readonly DeploymentStateView[]
}

/** The latest commit of a branch. */
export interface CommitView {
  readonly sha: string
  /** First line of its message. */
  readonly title: string
  readonly author: string
  readonly at: number
}

/** A branch and where it stands. */
export interface BranchView {
  readonly name: string
  readonly isDefault: boolean
  readonly commit: CommitView
}

/** A run of a workflow. */
export interface RunView {
  readonly id: number
  readonly number: number
  readonly workflow: string
  readonly title: string
  readonly event: string
  readonly status: string
  readonly conclusion: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** What an environment of a repository was last told: GitHub's deployments. */
export interface EnvironmentView {
  readonly name: string
  /** `pending` until something is said of it. */
  readonly state: string
  readonly url: string | null
  readonly at: number
}

/** A repository at GitHub, or a project at GitLab. */
export interface RepositoryView {
  readonly provider: 'github' | 'gitlab'
  readonly id: number
  /** `owner/name`, or `group/subgroup/name`. */
  readonly name: string
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** A page for people, and what the API says of it. */
  readonly url: string
  readonly apiUrl: string
  readonly createdAt: number
  readonly pushedAt: number
  /** The default branch first, then by name; none in an empty repository. */
  readonly branches: readonly BranchView[]
  /** How many branches there are; of more than 50 the others are left out. */
  readonly branchCount: number
  /** How many pull requests or merge requests there are. */
  readonly pulls: number
  /** The last runs of workflows, newest first. */
  readonly runs: readonly RunView[]
  readonly environments: readonly EnvironmentView[]
  /** Its site of GitHub Pages. */
  readonly pages: string | null
}

/** A branch of a database. */
export interface DatabaseBranchView {
  readonly id: string
  readonly name: string
  readonly isDefault: boolean
  /** In the provider's own word, for example `ready`. */
  readonly state: string
  /** Of what serves it, for example `active` or `idle`; `null` where nothing does. */
  readonly compute: string | null
}

/** A project of Neon: a database. */
export interface DatabaseView {
  readonly provider: 'neon'
  readonly id: string
  readonly name: string
  /** For example `Postgres 17`, and where it runs. */
  readonly version: string
  readonly region: string
  readonly createdAt: number
  /** The default branch first, then the oldest. */
  readonly branches: readonly DatabaseBranchView[]
}

/** A rule for faults that is there now. */
export interface FaultView {
  readonly kind: string
  readonly provider: string | null
  readonly method: string | null
  /** A regular expression as it is written. */
  readonly path: string | null
  /** The status that is answered instead. */
  readonly status: number | null
  /** How many requests it has hit. */
  readonly hits: number
  /** How many it may hit; `null`: any number. */
  readonly times: number | null
}

/** Everything that an emulator holds, as JSON. It tells no secret: what looks like one is masked. */
export interface EmulatorStateView {
  /** The emulator's time. */
  readonly now: number
  /** Those of `emulator.addresses`, without the token and the page. */
  readonly addresses: readonly AddressView[]
  /** The newest first, as everything here that has a time. */
  readonly sites: readonly SiteView[]
  readonly deployments: readonly DeploymentView[]
  readonly repositories: readonly RepositoryView[]
  readonly databases: readonly DatabaseView[]
  readonly faults: readonly FaultView[]
}

/** A request as the log shows it. */
export interface RequestView {
  readonly index: number
  readonly at: number
  /** `null` while it is not answered, nor cut. */
  readonly endedAt: number | null
  readonly provider: string
  readonly host: string
  readonly method: string
  readonly path: string
  /** `null` where the connection was cut, and while there is no answer yet. */
  readonly status: number | null
  readonly fault: string | null
  readonly carriedOut: boolean
  readonly bytes: number
}

/** A page of the request log. */
export interface RequestsView {
  /** Grows when the log is cleared: its indices begin anew then. */
  readonly generation: number
  /** First those that were asked for again, then the ones after; in order of arrival. */
  readonly requests: readonly RequestView[]
  /** What to ask for as `after` next. */
  readonly next: number
  /** Whether there are more right now. */
  readonly hasMore: boolean
}
