import type { Manifest } from './artifacts/manifest.js'
import type { Settings } from './deploy-settings.js'
import { ConflictError } from './errors/conflict-error.js'
import { OptionsError } from './errors/options-error.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { listDeployments, readRecord } from './journal/read-deployment.js'
import type { ReportAside } from './journal/read-entry.js'
import type { ArtifactSet } from './spec/artifact.js'
import type { Plan } from './spec/plan.js'
import type { DeploymentStorage } from './spec/storage.js'
import { version } from './version.js'

/**
 * Makes sure that the deployment goes on where it began: what was made for one site must not be taken for another's.
 * @throws OptionsError `resume-differs` that names all that is missing or is another one
 */
export function refuseOthers(record: DeploymentRecord, { targets, git }: Settings): void {
  const differences: string[] = []
  for (const { name, site, resource } of record.targets) {
    const given = targets.find((target) => target.name === name)
    if (!given) differences.push(`resume.targets lacks ${name} with the site ${site}`)
    else if (given.resource !== resource) differences.push(`the target ${name} is ${given.site} and not ${site}`)
  }
  for (const { name } of targets) {
    if (!record.targets.some((target) => target.name === name)) differences.push(`the target ${name} is a new one`)
  }
  if (record.git && !git) differences.push(`resume.git lacks the repository ${record.git.repository}`)
  if (git && !record.git) differences.push(`the repository ${git.repository} is a new one`)
  if (git && record.git && git.resource !== record.git.resource)
    differences.push(`the repository is ${git.repository} (${git.resource}) and not ${record.git.resource}`)
  if (differences.length === 0) return
  throw new OptionsError({
    code: 'resume-differs',
    message: `The deployment ${record.id} began otherwise: ${differences.join('; ')}.`,
    hint: 'Pass the targets and the git host that it began with, or deploy anew.',
    details: { differences },
  })
}

/** The place that another deployment has written to since, so that going on would set it back; `undefined` where there is none. */
export function supersededBy(record: DeploymentRecord, other: DeploymentRecord): string | undefined {
  if (other.startedAt <= record.startedAt) return undefined
  const isProduction = (one: DeploymentRecord) => one.options.environment === 'production'
  if (isProduction(record) && isProduction(other)) {
    const published = other.targets.filter(({ name }) => other.published.includes(name))
    const places = new Set(published.map(({ resource }) => resource))
    const shared = record.targets.find(({ resource }) => places.has(resource))
    if (shared) return shared.site
  }
  // What this one has committed already is below the later commit.
  const sameBranches = JSON.stringify(branchesOf(record)) === JSON.stringify(branchesOf(other))
  const sameHost = record.git !== null && record.git.resource === other.git?.resource
  const isBehind = sameHost && sameBranches && other.committed.length > 0 && record.committed.length === 0
  return isBehind ? other.git?.repository : undefined
}

/** The options that say which branches are committed to. */
function branchesOf({ options }: DeploymentRecord): unknown {
  const { content, branch, artifactsBranch } = (options.commit ?? {}) as Readonly<Record<string, unknown>>
  return [content, branch, artifactsBranch]
}

/**
 * Makes sure that an old deployment does not take the place of a newer one.
 * @throws ConflictError `deployment-superseded`
 */
export async function refuseSuperseded(
  record: DeploymentRecord,
  { journal }: DeploymentStorage,
  report: ReportAside,
): Promise<void> {
  for (const id of await listDeployments(journal)) {
    const other = await readRecord(journal, id, report)
    const place = other && supersededBy(record, other)
    if (place === undefined) continue
    throw new ConflictError({
      code: 'deployment-superseded',
      message: `A later deployment, ${id}, has written to ${place} since.`,
      hint: 'Forget this one, or deploy anew.',
      details: { deployment: id },
    })
  }
}

/** In what a deployment goes on otherwise than it began, besides its plan, a line for each. */
export function differencesOf({ library }: DeploymentRecord): string[] {
  return library === version ? [] : [`It began with version ${library} of Tabship and goes on with ${version}.`]
}

/** In what two plans differ, a line for each step. */
export function planDifferences(before: Plan, now: Plan): string[] {
  const [known, planned] = [before, now].map(({ steps }) => new Map(steps.map((step) => [step.id, step])))
  return [
    ...before.steps
      .filter(({ id }) => !planned?.has(id))
      .map(({ title }) => `The step "${title}" is no longer planned.`),
    ...now.steps.flatMap(({ id, title, description }) => {
      const was = known?.get(id)
      if (!was) return [`The step "${title}" was not planned before.`]
      return was.description === description
        ? []
        : [`The step "${title}" ${description}; it was planned otherwise: ${was.description}.`]
    }),
  ]
}

/** In what the files of a project differ from those that a deployment began with. */
export function sourceDifferences(before: Manifest | null, now: ArtifactSet | null): string[] {
  if (!before || !now) return []
  const known = new Map(before.files.map(({ path, mode, sha1 }) => [path, mode + sha1]))
  const changed = now.artifacts.filter(({ path, mode, sha1 }) => known.get(path) !== mode + sha1).length
  const there = new Set(now.artifacts.map(({ path }) => path))
  const gone = before.files.filter(({ path }) => !there.has(path)).length
  if (changed === 0 && gone === 0) return []
  return [`The project has changed: ${changed} files are new or other ones, and ${gone} are gone.`]
}
