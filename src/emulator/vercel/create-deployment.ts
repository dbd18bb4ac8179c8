import { defined, text } from '../json-values.js'
import type { Call, Endpoint, Endpoints, VercelWorld } from './call.js'
import { findDeployment, findProject, projectsOf } from './call.js'
import { deploymentView } from './deployment-view.js'
import { commitSource, makeDeployment, type Source, settingsOf } from './make-deployment.js'
import { badRequest, notFound, VercelProblem } from './problem.js'
import { addProject } from './project-endpoints.js'
import { keepFiles, readFiles } from './read-files.js'
import type { CustomEnvironment, Json, VercelProject } from './state.js'

/** How many files a deployment may have; users report about 15,000. */
const mostFiles = 15_000

/** Making deployments, by the contract's operation ids. */
export const createDeploymentEndpoints: Endpoints = { createDeployment: createDeployment() }

function createDeployment(): Endpoint {
  return async (call, world) => {
    const { json, query, credential, account } = call
    // What is refused must leave nothing behind, so all is looked at before anything is made.
    const { keep, ...source } = await sourceOf(call, world)
    const known = knownProject(call, world)
    const place = targetOf(json, [...(known?.environments.values() ?? [])])
    world.limiter.deployment(account.login)
    const project = known ?? (await newProject(call, world))
    keep?.()
    const deployment = makeDeployment(world, {
      ...place,
      ...source,
      project,
      user: credential.user,
      owner: account,
      meta: { ...source.meta, ...record(json.meta) },
      isStaged: json.autoAssignCustomDomains === false,
      projectSettings: settingsOf(project, json.projectSettings as Json | undefined),
      configuration: defined({
        cleanUrls: json.cleanUrls,
        trailingSlash: json.trailingSlash,
        rewrites: json.rewrites,
        redirects: json.redirects,
        headers: json.headers,
        routes: json.routes,
      }),
      environment: { ...record(json.env), ...record((json.build as Json | undefined)?.env) },
      source: json.source === 'cli' || query.get('prebuilt') === '1' ? 'cli' : source.source,
    })
    return { status: 200, json: deploymentView(deployment, world) }
  }
}

async function sourceOf(call: Call, world: VercelWorld): Promise<Source & { keep?(): void }> {
  const { json, query, account } = call
  const { files, gitSource, deploymentId } = json
  const given = [files, gitSource, deploymentId].filter((one) => one !== undefined)
  if (given.length === 0) throw badRequest('Invalid request: one of `files`, `gitSource` or `deploymentId` is needed.')
  if (typeof deploymentId === 'string') {
    const { files, prebuilt, gitSource, meta } = findDeployment(call, world, deploymentId)
    return { files, prebuilt, gitSource, meta, source: 'redeploy' }
  }
  if (gitSource !== undefined) return gitSourceOf(call, world, gitSource as Json)
  const list = files as readonly Json[]
  if (list.length > mostFiles) {
    throw new VercelProblem(400, 'too_many_files', `A deployment can have at most ${mostFiles} files.`)
  }
  const read = readFiles(list, account, world.state)
  // The CLI says so in the query; a tree below `.vercel/output` is one either way (docs, "Build Output API").
  const prebuilt = query.get('prebuilt') === '1' || read.files.has('.vercel/output/config.json')
  if (prebuilt && !read.files.has('.vercel/output/config.json')) {
    throw badRequest('The file ".vercel/output/config.json" is missing in the prebuilt deployment.')
  }
  return { ...read, prebuilt, gitSource: undefined, meta: {}, source: undefined }
}

async function gitSourceOf({ account }: Call, { repositories, state }: VercelWorld, source: Json): Promise<Source> {
  const path = source.repoId === undefined ? `${source.org}/${source.repo}` : String(source.repoId)
  const repository = source.type === 'github' ? await repositories?.find(path) : undefined
  const ref = text(source.sha) ?? String(source.ref)
  const tree = repository && (await repositories?.read(repository, ref))
  if (!repository || !tree) {
    const message =
      'The provided GitHub repository does not contain the requested branch or commit reference. Please ensure the repository is not empty.'
    throw new VercelProblem(400, 'incorrect_git_source_info', message)
  }
  return commitSource(repository, tree, String(source.ref), keepFiles(tree.files, account, state))
}

/** The project that is asked for; `undefined` where it is to be made. */
function knownProject(call: Call, world: VercelWorld): VercelProject | undefined {
  const { json, query } = call
  const project = text(json.project)
  if (project !== undefined) return findProject(call, world, project)
  const name = text(json.name)
  if (name === undefined) throw badRequest('Invalid request: should have required property `name`.')
  const known = projectsOf(call, world).find((one) => one.name === name)
  if (known) return known
  const settings = json.projectSettings as Json | undefined
  if (!settings && query.get('skipAutoDetectionConfirmation') !== '1') {
    const message =
      'The `projectSettings` object is required for new projects, but is missing in the deployment payload'
    throw new VercelProblem(400, 'missing_project_settings', message, { framework: { slug: null, name: 'Other' } })
  }
  return undefined
}

function newProject(call: Call, world: VercelWorld): Promise<VercelProject> {
  const { name, projectSettings } = call.json
  const { nodeVersion: _version, ...kept } = (projectSettings ?? {}) as Json
  return addProject(call, world, String(name).toLowerCase(), kept)
}

function targetOf(
  { target, customEnvironmentSlugOrId }: Json,
  environments: readonly CustomEnvironment[],
): { target: 'production' | undefined; customEnvironment: CustomEnvironment | undefined } {
  if (target === 'production') return { target, customEnvironment: undefined }
  const wanted = text(customEnvironmentSlugOrId) ?? (target === 'preview' ? undefined : text(target))
  if (wanted === undefined) return { target: undefined, customEnvironment: undefined }
  const customEnvironment = environments.find(({ id, slug }) => id === wanted || slug === wanted)
  if (!customEnvironment) throw notFound(`The environment "${wanted}" was not found.`)
  return { target: undefined, customEnvironment }
}

function record(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries((value ?? {}) as Json).map(([name, one]) => [name, String(one)]))
}
