import type { Settings } from './deploy-options.js'
import { ConflictError } from './errors/conflict-error.js'
import { OptionsError } from './errors/options-error.js'
import type { DeploymentRecord, RecordedTarget } from './journal/deployment-record.js'
import { listDeployments, readRecord } from './journal/read-deployment.js'
import type { ReportAside } from './journal/read-entry.js'
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
  if (git && record.git && git.repository !== record.git.repository)
    differences.push(`the repository is ${git.repository} and not ${record.git.repository}`)
  if (differences.length === 0) return
  throw new OptionsError({
    code: 'resume-differs',
    message: `The deployment ${record.id} began otherwise: ${differences.join('; ')}.`,
    hint: 'Pass the targets and the git host that it began with, or deploy anew.',
    details: { differences },
  })
}

/** The place that another deployment has published later; `undefined` where it has not. */
export function supersededBy(record: DeploymentRecord, other: DeploymentRecord): RecordedTarget | undefined {
  if (other.state !== 'success' || other.startedAt <= record.startedAt) return undefined
  if (other.options.environment !== record.options.environment) return undefined
  const resources = new Set(record.targets.map(({ resource }) => resource))
  return other.targets.find(({ resource }) => resources.has(resource))
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
    const shared = other && supersededBy(record, other)
    if (!shared) continue
    throw new ConflictError({
      code: 'deployment-superseded',
      message: `A later deployment, ${id}, has published ${shared.site} since.`,
      hint: 'Forget this one, or deploy anew.',
      details: { deployment: id },
    })
  }
}

/** In what a deployment goes on otherwise than it began, a line for each. */
export function differencesOf(record: DeploymentRecord, { build }: Settings, builds: boolean): string[] {
  const differences: string[] = []
  if (record.library !== version)
    differences.push(`It began with version ${record.library} of Tabship and goes on with ${version}.`)
  const lacking = builds ? record.environmentNames.filter((name) => build.env[name] === undefined) : []
  if (lacking.length > 0) differences.push(`build.env lacks ${lacking.join(', ')}, which its build was given before.`)
  return differences
}

/** In what the steps of two plans differ. */
export function planDifferences(before: Plan, now: Plan): string[] {
  const idsOf = (plan: Plan) => new Set(plan.steps.map(({ id }) => id))
  const [known, planned] = [idsOf(before), idsOf(now)]
  return [
    ...before.steps
      .filter(({ id }) => !planned.has(id))
      .map(({ title }) => `The step "${title}" is no longer planned.`),
    ...now.steps.filter(({ id }) => !known.has(id)).map(({ title }) => `The step "${title}" was not planned before.`),
  ]
}
