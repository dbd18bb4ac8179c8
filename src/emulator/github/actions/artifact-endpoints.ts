import { type Call, type Endpoints, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { pageOf } from '../paging.js'
import { GithubProblem, notFound } from '../problem.js'
import { endpoint, runOf } from './actions-call.js'
import { artifactReply } from './replies.js'
import { redirect } from './run-endpoints.js'
import type { ArtifactRecord } from './state.js'

/** What runs have kept. */
export const artifactEndpoints: Endpoints = {
  'actions/list-artifacts-for-repo': endpoint('artifacts#list-artifacts-for-a-repository', async (call) => {
    const repository = repositoryOf(call)
    return list(call, (artifact) => artifact.run.repository === repository)
  }),
  'actions/list-workflow-run-artifacts': endpoint('artifacts#list-workflow-run-artifacts', async (call) => {
    const run = runOf(call, repositoryOf(call))
    return list(call, (artifact) => artifact.run === run)
  }),
  'actions/get-artifact': endpoint('artifacts#get-an-artifact', async (call) => {
    return { status: 200, body: artifactReply(artifactOf(call), call.urls(), call.now()) }
  }),
  'actions/download-artifact': endpoint('artifacts#download-an-artifact', async (call) => {
    const artifact = artifactOf(call)
    if (call.parameters.archive_format !== 'zip') throw notFound()
    // Unlike what else is public, archives are only for who is signed in.
    if (!call.credential) throw new GithubProblem(401, 'Requires authentication')
    if (artifact.expiresAt <= call.now()) throw new GithubProblem(410, 'Artifact has expired')
    return redirect(call, { bytes: artifact.bytes, type: 'application/zip', name: `${artifact.name}.zip` })
  }),
}

function list(call: Call, isWanted: (artifact: ArtifactRecord) => boolean): Answer {
  const name = call.query.get('name')
  const all = call.actions.state.artifacts.filter((one) => isWanted(one) && (name === null || one.name === name))
  const { items, headers } = pageOf(call, call.query.get('direction') === 'asc' ? all : all.reverse())
  const artifacts = items.map((one) => artifactReply(one, call.urls(), call.now()))
  return { status: 200, body: { total_count: all.length, artifacts }, headers }
}

function artifactOf(call: Call): ArtifactRecord {
  const repository = repositoryOf(call)
  const found = call.actions.state.artifacts.find(
    (one) => one.run.repository === repository && String(one.id) === call.parameters.artifact_id,
  )
  if (!found) throw notFound()
  return found
}
