import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type {
  HostDeployment,
  HostDeploymentInput,
  HostDeploymentOutcome,
  HostDeployments,
} from '../../spec/host-deployment.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import type { GithubApi } from './api.js'
import { explainRefusal } from './rights/missing-right.js'
import type { Right } from './rights/right.js'
import type { SetupTools } from './setup/create-setup.js'

const deploymentSchema = z.object({ id: z.number(), payload: z.unknown() })
const statusSchema = z.object({ state: z.string(), environment_url: z.optional(z.nullable(z.string())) })
type Status = z.infer<typeof statusSchema>

/** What it takes to tell GitHub where a commit is live. */
export const deploymentRight: Right = {
  scopes: ['repo', 'repo_deployment'],
  permission: 'Deployments',
  purpose: 'show where each commit is live',
  option: 'github.deployments',
}

/** GitHub's Deployments: its pages then show which commit is live, and where. */
export function createDeployments(tools: SetupTools): HostDeployments {
  const { api } = tools
  const explained = <Result>(fullName: string, work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw explainRefusal(error, deploymentRight, { fullName, web: tools.web, known: tools.scopes.known })
    })
  return {
    requests: { begin: { least: 2, most: 6 }, end: { least: 2, most: 4 } },
    begin: (input, context) => explained(input.repository.fullName, begin(api, input, context)),
    end: (deployment, outcome, context) => explained(deployment.repository, end(api, deployment, outcome, context)),
  }
}

async function begin(api: GithubApi, input: HostDeploymentInput, context: Context): Promise<HostDeployment> {
  const { commit, environment } = input
  const { fullName } = input.repository
  const path = `/repos/${fullName}/deployments`
  const query = new URLSearchParams({ sha: commit.oid, environment, per_page: '100' })
  const purpose = `create the deployment of ${commit.oid.slice(0, 7)} to ${environment}`
  const { made } = await createOrAdopt({
    context,
    provider: 'github',
    purpose,
    create: () => {
      const json = {
        ref: commit.oid,
        environment,
        description: 'Published by Tabship',
        payload: { tabship: input.deployment },
        production_environment: input.isProduction,
        // The commit is the one that is published, whatever else its branch may need.
        required_contexts: [],
        auto_merge: false,
      }
      return api.json(context, deploymentSchema, { purpose, method: 'POST', path, json })
    },
    async find() {
      const purpose = `list the deployments of ${fullName}`
      const all = await api.json(context, z.array(deploymentSchema), { purpose, path: `${path}?${query}` })
      return all.find(({ payload }) => idOf(payload) === input.deployment)
    },
  })
  const deployment = { id: String(made.id), repository: fullName, environment }
  await tell(api, deployment, { state: 'in_progress', description: 'Publishing' }, context)
  return deployment
}

/** GitHub gives a payload back as it came, or as the text of it. */
function idOf(payload: unknown): unknown {
  const { data } = z.safeParse(z.object({ tabship: z.string() }), typeof payload === 'string' ? json(payload) : payload)
  return data?.tabship
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return text
  }
}

function end(
  api: GithubApi,
  deployment: HostDeployment,
  outcome: HostDeploymentOutcome,
  context: Context,
): Promise<void> {
  if (outcome.state === 'success') {
    const { url } = outcome
    return tell(api, deployment, { state: 'success', description: 'Live', environment_url: url }, context)
  }
  // GitHub's limit is 140 characters.
  const description = Array.from(outcome.description).slice(0, 140).join('')
  return tell(api, deployment, { state: 'failure', description }, context)
}

async function tell(
  api: GithubApi,
  { repository, id, environment }: HostDeployment,
  json: { readonly state: string; readonly description: string; readonly environment_url?: string },
  context: Context,
): Promise<void> {
  const path = `/repos/${repository}/deployments/${id}/statuses`
  const purpose = `say that the deployment to ${environment} is ${json.state.replace('_', ' ')}`
  await createOrAdopt<Status>({
    context,
    provider: 'github',
    purpose,
    create: () => api.json(context, statusSchema, { purpose, method: 'POST', path, json }),
    async find() {
      const request = { purpose: `read the state of the deployment to ${environment}`, path: `${path}?per_page=1` }
      const [newest] = await api.json(context, z.array(statusSchema), request)
      return newest?.state === json.state ? newest : undefined
    },
  })
}
