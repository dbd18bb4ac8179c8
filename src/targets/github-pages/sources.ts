import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import {
  buildsSchema,
  deploymentsSchema,
  environmentSchema,
  type PagesApi,
  type PagesDeployment,
  type PagesSite,
  policiesSchema,
  statusesSchema,
} from './api.js'
import { publishedElsewhere } from './problems.js'
import { readSite } from './sites.js'

/** What GitHub calls the environment that Pages are deployed to. */
const environment = 'github-pages'

/** Where a site is to be published from. */
export interface WantedSource {
  readonly fullName: string
  readonly branch: string
  /** As it is. */
  readonly site: PagesSite
}

/**
 * Makes sure that nobody has chosen to publish the site from elsewhere. One that waits for a workflow was made by us, or is
 * nobody's yet.
 *
 * @throws ConflictError `pages-source-taken`
 */
export async function requireSource(api: PagesApi, wanted: WantedSource, context: Context): Promise<void> {
  const { fullName, branch, site } = wanted
  const { source, build_type: type } = site
  const isElsewhere =
    type === 'workflow'
      ? await isDeployedElsewhere(api, branch, context)
      : source?.branch !== branch || source.path !== '/'
  if (isElsewhere) throw publishedElsewhere(fullName, site, branch)
}

/** Makes the site publish from the branch. */
export async function publishFromBranch(
  api: PagesApi,
  { branch, site }: Pick<WantedSource, 'branch' | 'site'>,
  context: Context,
): Promise<void> {
  if (site.build_type !== 'workflow') return
  const purpose = 'publish Pages from the branch'
  const isFrom = (one: PagesSite | undefined) => one?.build_type !== 'workflow' && one?.source?.branch === branch
  // Told twice, GitHub builds it twice.
  await createOrAdopt<true>({
    ...{ context, provider: 'github', purpose, again: false },
    async create() {
      const json = { build_type: 'legacy', source: { branch, path: '/' } }
      await api.send(context, { purpose, method: 'PUT', path: '/pages', json, idempotent: false })
      return true
    },
    find: async () => isFrom(await readSite(api, context)) || undefined,
  })
}

/** Makes the site publish what a workflow gives it. */
export async function publishFromWorkflow(api: PagesApi, site: PagesSite, context: Context): Promise<void> {
  if (site.build_type === 'workflow') return
  const json = { build_type: 'workflow' }
  await api.send(context, { purpose: 'publish Pages by a workflow', method: 'PUT', path: '/pages', json })
}

/** Lets the branch deploy to the environment of Pages: GitHub makes it for the default branch alone. */
export async function allowBranch(api: PagesApi, branch: string, context: Context): Promise<void> {
  const path = `/environments/${environment}`
  const question = { purpose: `read the environment ${environment}`, method: 'GET', path, accept: [404] } as const
  const found = await api.read(context, environmentSchema, question)
  if (!found?.deployment_branch_policy?.custom_branch_policies) return
  const list = `${path}/deployment-branch-policies`
  const purpose = `tell which branches may deploy to ${environment}`
  const known = await api.read(context, policiesSchema, { purpose, method: 'GET', path: `${list}?per_page=100` })
  if (known?.branch_policies.some(({ name }) => name === branch)) return
  const json = { name: branch, type: 'branch' }
  // One that is there already is answered with 303.
  const add = {
    purpose: `let ${branch} deploy to ${environment}`,
    method: 'POST',
    path: list,
    json,
    accept: [303],
  } as const
  await api.send(context, { ...add, idempotent: true })
  const name = `${environment}/${branch}`
  context.report({ type: 'setting-ready', setting: 'environment-branch', name, change: 'created' })
}

/** Whether GitHub has built the site from a commit. */
export async function isBuilt(api: PagesApi, commit: string, context: Context): Promise<boolean> {
  const question = { purpose: 'find the build', method: 'GET', path: '/pages/builds', accept: [404] } as const
  const builds = await api.read(context, buildsSchema, question)
  return (builds ?? []).some((build) => build.commit === commit && build.status === 'built')
}

/** Whether a workflow has published a commit. */
export async function isDeployed(api: PagesApi, commit: string, context: Context): Promise<boolean> {
  const [newest] = await readDeployments(api, `&sha=${commit}`, context)
  if (!newest) return false
  const path = `/deployments/${newest.id}/statuses?per_page=100`
  const purpose = 'tell what became of the deployment'
  const states = await api.read(context, statusesSchema, { purpose, method: 'GET', path, accept: [404] })
  return (states ?? []).some(({ state }) => state === 'success')
}

/** Whether a workflow of another branch publishes the site. */
async function isDeployedElsewhere(api: PagesApi, branch: string, context: Context): Promise<boolean> {
  const [newest] = await readDeployments(api, '', context)
  return newest !== undefined && newest.ref !== branch
}

async function readDeployments(api: PagesApi, query: string, context: Context): Promise<readonly PagesDeployment[]> {
  const path = `/deployments?environment=${environment}&per_page=1${query}`
  const question = { purpose: 'tell what Pages have published', method: 'GET', path, accept: [404] } as const
  return (await api.read(context, deploymentsSchema, question)) ?? []
}
