import { OptionsError } from '../errors/options-error.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Warning } from '../spec/plan.js'
import type { Target, TargetUsage } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'
import { describeBytes } from './describe.js'

/** A target with what it takes. */
export type Limited = Pick<Target, 'name' | 'limits'>

/** From this share of a limit on, its user should know. */
const near = 0.8

/**
 * Warns where one more deployment comes near to what the account may have in 24 hours. What this browser has done is counted, and what
 * others have done is not known.
 */
export function deploymentWarnings(target: Limited, usage: TargetUsage): Warning[] {
  return warn(target, 'deployments', usage.deployments + 1, target.limits?.deploymentsPerDay)
}

/** Warns where sending so many files comes near to what the account may send in 24 hours. */
export function uploadWarnings(target: Limited, usage: TargetUsage, uploads: number): Warning[] {
  if (uploads === 0) return []
  return warn(target, 'files sent', usage.uploads + uploads, target.limits?.uploadsPerDay)
}

function warn({ name, limits }: Limited, what: string, total: number, limit: number | null = null): Warning[] {
  if (!limits || limit === null || total < near * limit) return []
  return [
    {
      code: 'quota-near',
      message: `With this deployment, ${total} of the ${limit} ${what} that ${nameOf(name)} allows in 24 hours ${limits.scope} are used up.`,
      hint:
        total > limit
          ? 'It may be refused, and the account shut out, until 24 hours are over. Wait, or use another plan.'
          : 'Once they are used up, the account is shut out until 24 hours are over.',
    },
  ]
}

/**
 * Refuses what the provider would refuse, before anything is sent.
 * @throws OptionsError `too-many-files` or `file-too-large`
 */
export function checkLimits({ name, limits }: Limited, { artifacts }: ArtifactSet): void {
  if (!limits) return
  const { files, filesPerFolder, fileSize } = limits
  const provider = nameOf(name)
  if (files !== null && artifacts.length > files) throw tooMany(provider, artifacts.length, files, 'one deployment')
  if (filesPerFolder !== null) {
    const [folder, count] = fullest(artifacts.map(({ path }) => path))
    if (count > filesPerFolder) throw tooMany(provider, count, filesPerFolder, `the folder ${folder || '/'}`)
  }
  const large = fileSize === null ? undefined : artifacts.find(({ size }) => size > fileSize)
  if (!large || fileSize === null) return
  throw new OptionsError({
    code: 'file-too-large',
    message: `${large.path} has ${describeBytes(large.size)}; ${provider} takes files of up to ${describeBytes(fileSize)}.`,
    hint: 'Leave it out with files.exclude, make it smaller, or keep it in a store for large files.',
    details: { path: large.path, size: large.size, limit: fileSize },
  })
}

function fullest(paths: readonly string[]): [folder: string, count: number] {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].reduce<[string, number]>((most, one) => (one[1] > most[1] ? one : most), ['', 0])
}

function tooMany(provider: string, count: number, limit: number, place: string): OptionsError {
  return new OptionsError({
    code: 'too-many-files',
    message: `There are ${count} files in ${place}; ${provider} takes ${limit}.`,
    hint: 'Leave files out with files.exclude, or spread them over more sites.',
    details: { files: count, limit },
  })
}
