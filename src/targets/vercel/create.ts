import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { PublishInput } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { deploymentSchema, type VercelApi, type VercelDeployment } from './api.js'
import type { Checkpoint, DeploymentCheckpoint } from './checkpoint.js'
import { findMarked, type VercelInput } from './deployments.js'
import { outputFiles } from './output-config.js'
import { deploymentRefused, stillMissing } from './problems.js'
import { sendMissing } from './send-missing.js'
import { inlineFiles, type ListedFile, type UploadWay, withInline } from './way.js'

/** Times that files are sent which Vercel goes on asking for. */
const rounds = 3

/** What all runs know of a release before it is a deployment. */
export interface Beginning extends Omit<DeploymentCheckpoint, 'kind' | 'deployment'> {
  /** Name of the target, for the events. */
  readonly target: string
  /** Whether a request of an earlier run may have created it. */
  readonly uncertain: boolean
  readonly upload: UploadWay
}

/** What is asked for where it is not a prebuilt output. */
export interface DeploymentRecipe {
  /** What it is made of, and how it is built. */
  readonly body: Readonly<Record<string, unknown>> & { readonly files?: readonly ListedFile[] }
  readonly query: string
  /** Whether Vercel has all of it. @default false */
  readonly isComplete?: boolean
}

/** A deployment, or the digests that it waits for. */
type Attempt = { readonly deployment: VercelDeployment } | { readonly missing: readonly string[] }

/**
 * Asks Vercel for a deployment of the files, sends those that it lacks, and asks again: it makes none before it has them all. Adopts
 * the one that an unanswered request made.
 * @throws RequestError `release-failed`
 */
export async function createDeployment(
  api: VercelApi,
  input: VercelInput,
  { target, uncertain, upload, ...begun }: Beginning,
  context: Context<Checkpoint>,
  recipe?: DeploymentRecipe,
): Promise<DeploymentCheckpoint> {
  const { artifacts } = input.artifacts
  let inline = recipe ? [] : inlineFiles(artifacts, input.known, upload)
  const { query, isComplete = false, ...made } = recipe ?? (await prebuilt(input, inline))
  let body = made.body
  const sent = new Set(begun.sent)
  const save = (kind: 'intent' | 'files', more: readonly string[] = []) =>
    context.save({ kind, ...begun, sent: [...new Set([...sent, ...more])] })
  for (let round = 0; ; round += 1) {
    await save('intent')
    if (inline.length > 0 && round === 0) {
      const bytes = inline.reduce((sum, artifact) => sum + artifact.size, 0)
      context.report({ type: 'upload-start', target, files: inline.length, bytes })
    }
    const attempt = await attemptOnce(
      api,
      input,
      { body, query, marker: begun.marker, again: uncertain && round === 0 },
      context,
    )
    const missing = 'missing' in attempt ? attempt.missing : []
    if ('missing' in attempt) await save('files')
    if (round === rounds && missing.length > 0) throw stillMissing(missing)
    if (missing.length > 0 || (round === 0 && !isComplete && inline.length === 0)) {
      const saveSent = (digests: readonly string[]) => save('files', digests)
      const unsent = await sendMissing(api, { site: input.site, target, artifacts, missing, saveSent }, context)
      inline = [...inline, ...unsent]
      if (unsent.length === 0) for (const digest of missing) sent.add(digest)
      else body = { ...body, files: await withInline(body.files ?? [], unsent) }
    }
    if ('missing' in attempt) continue
    for (const { sha1 } of inline) sent.add(sha1)
    const { id } = attempt.deployment
    const checkpoint: DeploymentCheckpoint = { kind: 'deployment', ...begun, sent: [...sent], deployment: id }
    await context.save(checkpoint)
    return checkpoint
  }
}

async function prebuilt(
  { artifacts: { artifacts, host }, rules }: PublishInput,
  inline: readonly Artifact[],
): Promise<DeploymentRecipe> {
  // Without `forceNew`, Vercel may answer with an earlier deployment of the same files.
  const query = 'prebuilt=1&forceNew=1&skipAutoDetectionConfirmation=1'
  const { builtFiles } = host === 'vercel' ? await import('./build-output.js') : { builtFiles: outputFiles }
  return { body: { files: await withInline(await builtFiles(artifacts, rules), inline) }, query }
}

async function attemptOnce(
  api: VercelApi,
  { site, environment, title, customEnvironment }: VercelInput,
  { body, query, marker, again }: DeploymentRecipe & { readonly marker: string; readonly again: boolean },
  context: Context,
): Promise<Attempt> {
  const purpose = `create a deployment of ${site.name}`
  const json = {
    name: site.name,
    project: site.id,
    ...body,
    meta: { tabship: marker, tabshipTitle: [...title].slice(0, 200).join('') },
    ...(environment === 'production' && { target: 'production' }),
    ...(customEnvironment !== undefined && { customEnvironmentSlugOrId: customEnvironment }),
  }
  const path = `/v13/deployments?${query}`
  const { made } = await createOrAdopt<Attempt>({
    context,
    provider: 'vercel',
    purpose,
    again,
    async create() {
      const call = { json, accept: [400], timeLimit: 120_000 }
      const answer = await api.ask(context, deploymentSchema, purpose, 'POST', path, call)
      if ('value' in answer) return { deployment: answer.value }
      const problem = answer.problem()
      const { code, missing = [] } = problem
      if (code === 'missing_files' && missing.length > 0) return { missing }
      throw deploymentRefused(problem)
    },
    async find() {
      const deployment = await findMarked(api, site.id, marker, context)
      return deployment && { deployment }
    },
  })
  return made
}
