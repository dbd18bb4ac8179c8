import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'
import { text } from '../json-values.js'
import { mimeTypeOf } from '../mime-type.js'
import { type Call, deployOf, type Endpoint, type NetlifyWorld, page, siteOf } from './call.js'
import { NetlifyFailure, notFound } from './failure.js'
import { readFunctions } from './functions/deploy-functions.js'
import { contentsOf, createObjectId, deploysOf, type NetlifyDeploy, type NetlifySite } from './state.js'
import { contextOf, deployView } from './views.js'

const show = (status: number, deploy: NetlifyDeploy, world: NetlifyWorld) => {
  return { status, json: deployView(deploy, world.address) }
}

/** Deploys, by the contract's operation ids. */
export const deployEndpoints: Readonly<Record<string, Endpoint>> = {
  listSiteDeploys: (call, world) => {
    const [state, branch] = [call.query.get('state'), call.query.get('branch')]
    const is = (name: string): boolean => call.query.get(name) === 'true'
    const site = siteOf(call, world)
    const deploys = deploysOf(world.state, site).filter(
      (deploy) =>
        (state === null || deploy.state === state) &&
        (branch === null || (deploy.branch ?? 'main') === branch) &&
        (!is('production') || contextOf(deploy) === 'production') &&
        (!is('deploy-previews') || contextOf(deploy) === 'deploy-preview') &&
        (!is('latest-published') || deploy === site.published),
    )
    return page(call, deploys, (deploy) => deployView(deploy, world.address))
  },
  createSiteDeploy: (call, world) => {
    const site = siteOf(call, world)
    const now = world.clock.now()
    const deploy: NetlifyDeploy = {
      id: createObjectId(world.random),
      site,
      user: call.credential.user,
      draft: call.json.draft === true,
      title: call.query.get('title') ?? text(call.json.title),
      branch: text(call.json.branch),
      framework: text(call.json.framework),
      state: 'new',
      states: ['new'],
      stateTimes: [now],
      errorMessage: undefined,
      files: undefined,
      required: undefined,
      functions: readFunctions(call),
      locked: false,
      createdAt: now,
      updatedAt: now,
      publishedAt: undefined,
    }
    const files = call.isArchive
      ? unpack(call, site, world)
      : call.json.files === undefined
        ? undefined
        : manifestOf(call)
    world.state.deploys.set(deploy.id, deploy)
    if (files) world.machine.digest(deploy, files, call.json.async === true)
    return show(200, deploy, world)
  },
  getSiteDeploy: (call, world) => show(200, deployOf(call, world), world),
  getDeploy: (call, world) => show(200, deployOf(call, world), world),
  updateSiteDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.state !== 'new' || deploy.files) {
      throw new NetlifyFailure(422, `The deploy already has its files and is ${deploy.state}`)
    }
    const files = manifestOf(call)
    deploy.functions = readFunctions(call) ?? deploy.functions
    deploy.branch = text(call.json.branch) ?? deploy.branch
    deploy.framework = text(call.json.framework) ?? deploy.framework
    world.machine.digest(deploy, files, call.json.async === true)
    return show(200, deploy, world)
  },
  uploadDeployFile: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.state === 'error') throw new NetlifyFailure(422, `The deploy has ended: ${deploy.errorMessage}`)
    if (!deploy.required) throw new NetlifyFailure(422, 'The deploy does not take files yet')
    const path = (call.parameters.path ?? '').replace(/^\/+/, '').normalize('NFC')
    const expected = deploy.files?.get(path)
    if (expected === undefined) throw notFound()
    const sha = createHash('sha1').update(call.bytes).digest('hex')
    if (sha !== expected) throw new NetlifyFailure(422, `The content of ${path} has SHA-1 ${sha}, not ${expected}`)
    contentsOf(world.state, deploy.site.account).set(sha, call.bytes)
    world.machine.receive(deploy, sha)
    const type = mimeTypeOf(path)
    return { status: 200, json: { id: `/${path}`, path: `/${path}`, sha, mime_type: type, size: call.bytes.length } }
  },
  cancelSiteDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.state === 'ready' || deploy.state === 'error') {
      throw new NetlifyFailure(422, `The deploy is ${deploy.state} and can not be canceled`)
    }
    world.machine.fail(deploy, 'Canceled')
    return show(201, deploy, world)
  },
  deleteSiteDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    const { site } = deploy
    if (site.published === deploy) throw new NetlifyFailure(422, 'The published deploy can not be deleted')
    if (deploy.locked) throw new NetlifyFailure(422, 'A locked deploy can not be deleted')
    world.state.deploys.delete(deploy.id)
    site.history.splice(0, site.history.length, ...site.history.filter((one) => one !== deploy))
    for (const [branch, one] of site.branches) if (one === deploy) site.branches.delete(branch)
    return { status: 204 }
  },
  restoreSiteDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.state !== 'ready')
      throw new NetlifyFailure(422, `The deploy is ${deploy.state} and can not be published`)
    world.machine.publish(deploy)
    return show(201, deploy, world)
  },
  lockDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.site.published !== deploy) throw new NetlifyFailure(422, 'Only the published deploy can be locked')
    deploy.locked = true
    return show(200, deploy, world)
  },
  unlockDeploy: (call, world) => {
    const deploy = deployOf(call, world)
    deploy.locked = false
    return show(200, deploy, world)
  },
}

/** Netlify Docs, "Get started with the Netlify API", "ZIP file method". */
const mostInArchive = 25_000

/** Keeps what an archive holds. */
function unpack(call: Call, site: NetlifySite, { state }: NetlifyWorld): Map<string, string> {
  const contents = contentsOf(state, site.account)
  const manifest = new Map<string, string>()
  for (const [name, bytes] of Object.entries(entriesOf(call.bytes))) {
    if (name.endsWith('/')) continue
    const sha = createHash('sha1').update(bytes).digest('hex')
    contents.set(sha, new Uint8Array(bytes))
    manifest.set(pathOf(name), sha)
  }
  if (manifest.size > mostInArchive) throw new NetlifyFailure(422, `The archive has more than ${mostInArchive} files`)
  return manifest
}

function entriesOf(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes)
  } catch {
    throw new NetlifyFailure(422, 'The body is not a zip archive')
  }
}

function pathOf(name: string): string {
  const path = name.replace(/^\/+/, '').normalize('NFC')
  if (path === '' || path.split('/').some((part) => part === '..' || part === '.' || part === '')) {
    throw new NetlifyFailure(422, `Not a path of a file: ${name}`)
  }
  return path
}

/** Reads the list of files in a body. */
export function manifestOf(call: Call): Map<string, string> {
  if (call.json.files === undefined) throw new NetlifyFailure(422, 'The list of files is missing')
  const manifest = new Map<string, string>()
  for (const [name, digest] of Object.entries(call.json.files as Record<string, unknown>)) {
    const path = pathOf(name)
    if (typeof digest !== 'string' || !/^[0-9a-f]{40}$/i.test(digest)) {
      throw new NetlifyFailure(422, `Not a SHA-1 digest: ${name}`)
    }
    manifest.set(path, digest.toLowerCase())
  }
  return manifest
}
