import { generateKeyPairSync } from 'node:crypto'
import type { TreeFiles } from '../../build/source-tree.js'
import { unzip } from '../../github/actions/unzip.js'
import { type Answer, type Call, type Endpoint, type NetlifyWorld, page, siteOf, visibleSites } from '../call.js'
import { NetlifyFailure, notFound } from '../failure.js'
import { createObjectId, deploysOf, type NetlifyDeploy, type NetlifySite } from '../state.js'
import type { Json } from '../views.js'
import { type BuildOrder, startBuild } from './make-deploy.js'
import { readable } from './pushes.js'
import { buildSettingsOf } from './settings.js'
import type { NetlifyDeployKey } from './state.js'

/** Builds and deploy keys, by the contract's operation ids. */
export const buildEndpoints: Readonly<Record<string, Endpoint>> = {
  createSiteBuild: async (call, world): Promise<Answer> => {
    const site = siteOf(call, world)
    const order = call.bytes.length > 0 ? sourceOrder(call, site) : await commitOrder(call, site, world)
    const { deploy } = startBuild(order, world)
    return { status: 200, json: buildView(deploy) }
  },
  listSiteBuilds: (call, world) => {
    const built = deploysOf(world.state, siteOf(call, world)).filter(({ build }) => build !== undefined)
    return page(call, built, buildView)
  },
  getSiteBuild: (call, world) => {
    const own = visibleSites(call, world)
    const deploy = [...world.state.deploys.values()].find(
      ({ build, site }) => build?.id === call.parameters.build_id && own.includes(site),
    )
    if (!deploy) throw notFound()
    return { status: 200, json: buildView(deploy) }
  },
  createDeployKey: (call, { state, clock, random }) => {
    const { login } = call.credential.user
    const key = { id: createObjectId(random), publicKey: createPublicKey(), login, createdAt: clock.now() }
    state.deployKeys.set(key.id, key)
    return { status: 201, json: keyView(key) }
  },
  listDeployKeys: (call, { state }) => {
    const keys = [...state.deployKeys.values()].filter(({ login }) => login === call.credential.user.login)
    return { status: 200, json: keys.map(keyView) }
  },
  getDeployKey: (call, world) => ({ status: 200, json: keyView(keyOf(call, world)) }),
  deleteDeployKey: (call, world) => {
    world.state.deployKeys.delete(keyOf(call, world).id)
    return { status: 204 }
  },
}

function sourceOrder(call: Call, site: NetlifySite): BuildOrder {
  if (!call.isArchive) throw new NetlifyFailure(422, 'The emulator takes sources of type application/zip only')
  const files = filesOf(call.bytes)
  const production = buildSettingsOf(site).repo_branch ?? 'main'
  const branch = call.query.get('branch') ?? production
  return {
    ...{ site, user: call.credential.user, title: call.query.get('title') ?? undefined },
    ...{ branch: branch === production ? undefined : branch, commit: undefined, pull: undefined },
    source: async () => files,
  }
}

async function commitOrder(call: Call, site: NetlifySite, world: NetlifyWorld): Promise<BuildOrder> {
  const settings = buildSettingsOf(site)
  const repository = settings.repo_path === undefined ? undefined : await world.repositories?.find(settings.repo_path)
  if (!repository) throw new NetlifyFailure(422, 'The site is not linked to a repository, and no source was sent')
  const production = settings.repo_branch ?? repository.defaultBranch
  const branch = call.query.get('branch') ?? production
  const commit = await world.repositories?.read(repository, branch)
  if (!commit) throw new NetlifyFailure(422, `The repository has no branch ${branch}`)
  return {
    ...{ site, user: call.credential.user, title: call.query.get('title') ?? undefined, pull: undefined },
    branch: branch === production ? undefined : branch,
    commit: { sha: commit.sha, branch },
    source: async () => readable(commit, settings, repository, world),
  }
}

function filesOf(bytes: Uint8Array): TreeFiles {
  try {
    const entries = unzip(bytes).filter(({ name }) => !name.endsWith('/'))
    const outside = entries.find(({ name }) => name.startsWith('/') || name.split('/').includes('..'))
    if (outside) throw new RangeError(outside.name)
    return new Map(entries.map(({ name, content, mode = 0 }) => [name, { bytes: new Uint8Array(content), mode }]))
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && 'code' in error))
      throw new NetlifyFailure(422, 'The body is not a zip archive')
    throw error
  }
}

function keyOf(call: Call, { state }: NetlifyWorld): NetlifyDeployKey {
  const key = state.deployKeys.get(call.parameters.key_id ?? '')
  if (key?.login !== call.credential.user.login) throw notFound()
  return key
}

/** As OpenSSH writes it (RFC 8709, section 4). */
function createPublicKey(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))])
  return `ssh-ed25519 ${blob.toString('base64')}`
}

function buildView({ id, build, state, errorMessage }: NetlifyDeploy): Json {
  return {
    id: build?.id,
    deploy_id: id,
    done: build?.isDone ?? true,
    created_at: new Date(build?.createdAt ?? 0).toISOString(),
    ...(build?.commit && { sha: build.commit.sha }),
    ...(state === 'error' && { error: errorMessage }),
  }
}

function keyView({ id, publicKey, createdAt }: NetlifyDeployKey): Json {
  return { id, public_key: publicKey, created_at: new Date(createdAt).toISOString() }
}
