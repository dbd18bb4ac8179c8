import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { projectSchema, type VercelApi, type VercelProject } from './api.js'
import { noDomain, projectMissing, projectRefused } from './problems.js'

/** A project that may have to be made. */
export interface WantedProject {
  /** Its name or its id. */
  readonly project: string
  readonly isId: boolean
}

/** A project, and whether this deployment made it. */
export interface FoundProject {
  readonly project: VercelProject
  readonly created: boolean
}

/**
 * Finds the project or creates it.
 * @param intended Whether an earlier run was about to create it.
 * @param intend Called before it is created.
 * @throws OptionsError `site-missing` or `site-refused`
 */
export async function findOrCreateProject(
  api: VercelApi,
  { project: wanted, isId }: WantedProject,
  { intended, intend }: { readonly intended: boolean; intend(): Promise<void> },
  context: Context,
): Promise<FoundProject> {
  const purpose = `create the project ${wanted}`
  const find = async (ours: boolean): Promise<FoundProject | undefined> => {
    const project = await findProject(api, wanted, context)
    // What was just made has published nothing: a project that has was there before, or is somebody else's work.
    return project && { project, created: ours && !project.targets?.production }
  }
  const found = await find(intended)
  if (found) return found
  if (isId) throw projectMissing(wanted)
  await intend()
  const { made } = await createOrAdopt<FoundProject>({
    context,
    provider: 'vercel',
    purpose,
    again: intended,
    find: () => find(true),
    async create(uncertain) {
      // Nothing is to be built, whatever Vercel takes the project for.
      const call = { json: { name: wanted, framework: null }, accept: [400, 409] }
      const answer = await api.ask(context, projectSchema, purpose, 'POST', '/v11/projects', call)
      if ('value' in answer) return { project: answer.value, created: true }
      // Another tab may have made it in between, or this one with a request whose answer was lost.
      const taken = answer.status === 409 ? await find(uncertain) : undefined
      if (taken) return taken
      throw projectRefused(wanted, answer.problem())
    },
  })
  return made
}

/** @returns the project as it stands; `undefined` where there is none. */
export async function findProject(
  api: VercelApi,
  idOrName: string,
  context: Context,
): Promise<VercelProject | undefined> {
  const path = `/v9/projects/${encodeURIComponent(idOrName)}`
  const call = { accept: [404] }
  const answer = await api.ask(context, projectSchema, `find the project ${idOrName}`, 'GET', path, call)
  return 'value' in answer ? answer.value : undefined
}

const domainsSchema = z.object({
  domains: z.array(
    z.object({
      name: z.string(),
      createdAt: z._default(z.number(), 0),
      verified: z.boolean(),
      redirect: z.optional(z.nullable(z.string())),
      gitBranch: z.optional(z.nullable(z.string())),
      customEnvironmentId: z.optional(z.nullable(z.string())),
    }),
  ),
})

/**
 * The address of a project's production: the oldest of its domains, Vercel's own where that was neither removed nor redirected, since
 * the DNS of others may lead elsewhere.
 */
export async function readAddress(api: VercelApi, project: VercelProject, context: Context): Promise<string> {
  const purpose = `list the domains of ${project.name}`
  const path = `/v9/projects/${project.id}/domains?production=true&order=ASC&limit=100`
  const { domains } = await api.json(context, domainsSchema, purpose, 'GET', path)
  const [oldest] = domains
    .filter((one) => one.verified && !one.redirect && !one.gitBranch && !one.customEnvironmentId)
    .sort((one, other) => one.createdAt - other.createdAt)
  if (!oldest) throw noDomain(project.name)
  return api.address(oldest.name)
}
