import { readJson } from '../serving/output.js'
import type { Tree } from '../serving/tree.js'
import type { VercelDeployment } from '../state.js'

/** What is to be run to build a deployment, and where its output will be. */
export interface BuildPlan {
  /** `null`: nothing is installed. */
  readonly install: string | null
  readonly build: string
  /** Below the project's folder; `undefined`: whichever of the usual ones is there. */
  readonly outputDirectory: string | undefined
}

const lockfiles = [
  ['pnpm-lock.yaml', 'pnpm install'],
  ['yarn.lock', 'yarn install'],
  ['bun.lock', 'bun install'],
] as const

/**
 * What the settings of the project, its `vercel.json` and its `package.json` say of the build, in this order of weight; `undefined` where
 * there is nothing to build (docs, "Configuring a build").
 */
export function planBuild(
  tree: Tree,
  { prebuilt, projectSettings, configuration }: VercelDeployment,
): BuildPlan | undefined {
  if (prebuilt) return undefined
  const manifest = readJson(tree, 'package.json')
  const settings = { ...projectSettings, ...withValues({ ...readJson(tree, 'vercel.json'), ...configuration }) }
  const script = (manifest?.scripts as Record<string, unknown> | undefined)?.build
  const command = settings.buildCommand ?? (script === undefined ? null : 'npm run build')
  if (typeof command !== 'string' || command === '') return undefined
  const usual = lockfiles.find(([name]) => tree.has(name))?.[1] ?? 'npm install'
  const install = settings.installCommand ?? (manifest ? usual : null)
  const { outputDirectory } = settings
  return {
    install: typeof install === 'string' && install !== '' ? install : null,
    build: command,
    outputDirectory: typeof outputDirectory === 'string' ? outputDirectory : undefined,
  }
}

// A setting that is null in `vercel.json` says that the usual one is wanted.
function withValues(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}
