import { join } from 'node:path'
import { runCommand } from '../../build/run-command.js'
import { writeTree } from '../../build/source-tree.js'
import { createTemporaryFolder } from '../../temporary-folder.js'
import type { VercelWorld } from '../call.js'
import type { Build } from '../machine.js'
import { keepFiles } from '../read-files.js'
import { OutputError } from '../serving/output.js'
import { readTree, type Tree } from '../serving/tree.js'
import { environmentOf } from '../serving/variables.js'
import type { DeploymentError, VercelDeployment } from '../state.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import { readBuilt } from './read-built.js'

/** Builds deployments. */
export interface Builder {
  /** `undefined` where there is nothing to build. */
  build(deployment: VercelDeployment, world: VercelWorld, signal: AbortSignal): ReturnType<Build>
  /** Waits for what runs still; it is to be told to end before. */
  close(): Promise<void>
}

/** Makes a builder that runs the projects' own commands on this machine, as its user. */
export function createBuilder(): Builder {
  const running = new Set<Promise<unknown>>()
  return {
    build: (deployment, world, signal) => {
      const tree = readTree(world.state, deployment)
      const plan = planOf(tree, deployment)
      if (!plan) return undefined
      if ('code' in plan) return plan
      const built = runBuild(tree, plan, deployment, world, signal)
      running.add(built)
      return built.finally(() => running.delete(built))
    },
    close: async () => void (await Promise.allSettled(running)),
  }
}

function planOf(tree: Tree, deployment: VercelDeployment): BuildPlan | DeploymentError | undefined {
  try {
    return planBuild(below(tree, rootOf(deployment)), deployment)
  } catch (error) {
    if (error instanceof OutputError) return error.toDeploymentError()
    throw error
  }
}

async function runBuild(
  tree: Tree,
  plan: BuildPlan,
  deployment: VercelDeployment,
  world: VercelWorld,
  signal: AbortSignal,
): Promise<DeploymentError | undefined> {
  const temporary = await createTemporaryFolder('tabship-build-')
  const folder = temporary.path
  try {
    await writeTree(tree, folder)
    const root = join(folder, rootOf(deployment))
    const { PATH = '', HOME = '' } = process.env
    const environment: Record<string, string> = { PATH, HOME, CI: '1', ...environmentOf(deployment, world) }
    // Packages for development are what builds are made of.
    const { NODE_ENV: _production, ...installing } = environment
    for (const [command, variables] of [
      [plan.install, installing],
      [plan.build, environment],
    ] as const) {
      if (command === null) continue
      world.machine.log(deployment, 'command', `Running "${command}"`)
      const onLine = (line: string): void => world.machine.log(deployment, 'stdout', line)
      const code = await runCommand({ command, folder: root, environment: variables, signal, onLine })
      if (signal.aborted) return undefined
      if (code !== 0) return { code: `BUILD_UTILS_SPAWN_${code}`, message: `Command "${command}" exited with ${code}` }
    }
    const built = await readBuilt(root, plan.outputDirectory)
    deployment.built = { files: keepFiles(built.files, deployment.owner, world.state), folder: built.folder }
    world.machine.log(deployment, 'stdout', 'Build Completed')
    return undefined
  } catch (error) {
    if (error instanceof OutputError) return error.toDeploymentError()
    throw error
  } finally {
    await temporary.remove()
  }
}

/** The folder of the project in its source (docs, "Root Directory"); empty for the root itself. */
function rootOf({ projectSettings }: VercelDeployment): string {
  const { rootDirectory } = projectSettings
  return typeof rootDirectory === 'string' ? rootDirectory.replace(/^\.?\/+|\/+$/g, '') : ''
}

function below(tree: Tree, root: string): Tree {
  if (root === '') return tree
  const own = [...tree].filter(([path]) => path.startsWith(`${root}/`))
  return new Map(own.map(([path, file]) => [path.slice(root.length + 1), file]))
}
