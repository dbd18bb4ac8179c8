import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { runCommand } from '../../build/run-command.js'
import { kindOf, readFolder, type TreeFiles, writeTree } from '../../build/source-tree.js'
import { createTemporaryFolder } from '../../temporary-folder.js'
import type { NetlifyWorld } from '../call.js'
import { contentsOf, type NetlifyDeploy, type NetlifyVariable } from '../state.js'
import { contextOf, deployView } from '../views.js'
import { type BuildPlan, planBuild } from './settings.js'
import type { BuildLine } from './state.js'

/** Builds deploys. */
export interface NetlifyBuilder {
  /** Builds a deploy from its source, on this machine and as its user. */
  start(deploy: NetlifyDeploy, source: () => Promise<TreeFiles | undefined>, world: NetlifyWorld): void
  /** Ends what runs, and waits until it has ended. */
  close(): Promise<void>
}

/** A build that has failed, in Netlify's words. */
class BuildFailure extends Error {
  override readonly name = 'BuildFailure'
}

export function createBuilder(): NetlifyBuilder {
  const running = new Map<Promise<void>, AbortController>()
  return {
    start(deploy, source, world) {
      const controller = new AbortController()
      const { build } = deploy
      if (build) build.stop = () => controller.abort()
      const work = runBuild(deploy, source, world, controller.signal).finally(() => running.delete(work))
      running.set(work, controller)
    },
    close: async () => {
      for (const controller of running.values()) controller.abort()
      await Promise.allSettled(running.keys())
    },
  }
}

async function runBuild(
  deploy: NetlifyDeploy,
  source: () => Promise<TreeFiles | undefined>,
  world: NetlifyWorld,
  signal: AbortSignal,
): Promise<void> {
  const temporary = await createTemporaryFolder('tabship-netlify-')
  const folder = temporary.path
  const log = (section: BuildLine['section'], message: string) => write(deploy, world, section, message)
  try {
    deploy.state = 'building'
    deploy.states.push('building')
    deploy.stateTimes.push(world.clock.now())
    log('initializing', 'Preparing the build')
    const files = await source()
    if (!files) throw new BuildFailure("Failed during stage 'preparing repo': Unable to access repository")
    await writeTree(files, folder)
    const plan = planBuild(files, deploy.site, contextOf(deploy))
    await runCommands(plan, { folder, deploy, world, signal, log })
    if (signal.aborted) return
    const manifest = await keep(join(folder, plan.publish), plan.publish, deploy, world)
    log('deploying', `Deploying ${manifest.size} files`)
    end(deploy)
    world.machine.digest(deploy, manifest, false)
  } catch (error) {
    if (signal.aborted) return
    const message = error instanceof Error ? error.message : String(error)
    log('building', message)
    end(deploy)
    world.machine.fail(deploy, message)
  } finally {
    end(deploy)
    await temporary.remove()
  }
}

interface Running {
  readonly folder: string
  readonly deploy: NetlifyDeploy
  readonly world: NetlifyWorld
  readonly signal: AbortSignal
  log(section: BuildLine['section'], message: string): void
}

async function runCommands(plan: BuildPlan, { folder, deploy, world, signal, log }: Running): Promise<void> {
  const cwd = join(folder, plan.base)
  if (!(await kindOf(cwd))?.isDirectory)
    throw new BuildFailure(`Base directory does not exist: /opt/build/repo/${plan.base}`)
  const environment = { ...environmentOf(deploy, world), ...plan.environment }
  const install = await installOf(cwd)
  for (const [command, stage] of [
    [install, 'Install dependencies'],
    [plan.command, 'building site'],
  ] as const) {
    if (command === undefined) continue
    log('building', `$ ${command}`)
    const onLine = (line: string): void => log('building', line)
    const code = await runCommand({ command, folder: cwd, environment, signal, onLine })
    if (signal.aborted) return
    if (code !== 0)
      throw new BuildFailure(`Failed during stage '${stage}': Build script returned non-zero exit code: ${code}`)
  }
}

/** Where nothing is asked for, nothing is installed: that is quicker, and nobody sees a difference. */
async function installOf(folder: string): Promise<string | undefined> {
  const files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; mode: number }>()
  if (!(await kindOf(join(folder, 'package.json')))) return undefined
  await readFolder(folder, '', files)
  const { dependencies, devDependencies } = JSON.parse(new TextDecoder().decode(files.get('package.json')?.bytes))
  if (!dependencies && !devDependencies) return undefined
  const managers = { 'pnpm-lock.yaml': 'pnpm install', 'yarn.lock': 'yarn install', 'bun.lock': 'bun install' }
  return Object.entries(managers).find(([name]) => files.has(name))?.[1] ?? 'npm install'
}

/** Keeps what is to be published. */
async function keep(
  folder: string,
  name: string,
  deploy: NetlifyDeploy,
  { state }: NetlifyWorld,
): Promise<Map<string, string>> {
  if (!(await kindOf(folder))?.isDirectory) {
    throw new BuildFailure(`Failed during stage 'building site': Deploy directory '${name}' does not exist`)
  }
  const files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; mode: number }>()
  await readFolder(folder, '', files)
  const contents = contentsOf(state, deploy.site.account)
  const manifest = new Map<string, string>()
  for (const [path, { bytes }] of files) {
    if (/^(?:node_modules|\.git)\//.test(path)) continue
    const sha1 = createHash('sha1').update(bytes).digest('hex')
    contents.set(sha1, bytes)
    manifest.set(path, sha1)
  }
  return manifest
}

/** Netlify Docs, "Build environment variables". */
function environmentOf(deploy: NetlifyDeploy, { state, address }: NetlifyWorld): Record<string, string> {
  const { site, build } = deploy
  const { PATH = '', HOME = '' } = process.env
  const context = contextOf(deploy)
  const branch = build?.commit?.branch ?? deploy.branch ?? 'main'
  const own = [state.variables.get(site.account.login), state.variables.get(site.id)]
  const variables = own.flatMap((map) => [...(map?.values() ?? [])])
  const view = deployView(deploy, address)
  return {
    ...{ PATH, HOME, CI: 'true', NETLIFY: 'true', CONTEXT: context, BRANCH: branch, HEAD: branch },
    ...{ BUILD_ID: build?.id ?? '', DEPLOY_ID: deploy.id, SITE_ID: site.id, SITE_NAME: site.name },
    ...{ URL: String(view.url), DEPLOY_PRIME_URL: String(view.deploy_ssl_url) },
    DEPLOY_URL: address(`${deploy.id}--${site.name}`),
    ...(build?.commit && { COMMIT_REF: build.commit.sha }),
    ...(build?.pull !== undefined && { PULL_REQUEST: 'true', REVIEW_ID: String(build.pull) }),
    ...Object.fromEntries(variables.flatMap((one) => variableFor(one, context, branch))),
  }
}

function variableFor({ key, scopes, values }: NetlifyVariable, context: string, branch: string): [string, string][] {
  if (!scopes.includes('builds')) return []
  const value =
    values.find((one) => one.context === 'branch' && one.parameter === branch) ??
    values.find((one) => one.context === context) ??
    values.find((one) => one.context === 'all')
  return value ? [[key, value.value]] : []
}

function write(
  { build }: NetlifyDeploy,
  { clock }: NetlifyWorld,
  section: BuildLine['section'],
  message: string,
): void {
  if (!build) return
  const line = { at: clock.now(), section, message }
  build.lines.push(line)
  for (const listener of build.listeners) listener(line)
}

function end({ build }: NetlifyDeploy): void {
  if (!build || build.isDone) return
  build.isDone = true
  for (const listener of build.listeners) listener(undefined)
}
