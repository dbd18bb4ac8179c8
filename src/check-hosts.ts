import { OptionsError } from './errors/options-error.js'
import type { Project } from './spec/project.js'
import type { Target } from './spec/target.js'
import { nameOf, sentenceNameOf } from './toolkit/name-of.js'

/** What is built, and where it goes. */
interface Destination {
  readonly project: Project
  readonly targets: readonly Pick<Target, 'name' | 'output'>[]
  readonly content: 'source' | 'artifacts' | 'both'
  /** Whether only the output folder comes back from where it is built. */
  readonly isFetched: boolean
}

/**
 * Refuses to publish what is built for one host on another, as if it were files.
 * @throws OptionsError `target-mismatch`
 */
export function checkHosts({ project, targets, content, isFetched }: Destination): void {
  const { runsOn: host } = project
  if (host === undefined) return
  const built = `${project.frameworkName} builds for ${nameOf(host)} (${project.outputSource})`
  const other = targets.find(({ output }) => output?.host !== host)
  if (other) {
    throw new OptionsError({
      code: 'target-mismatch',
      message: `${built}, so ${nameOf(other.name)} can't run what it makes.`,
      hint: `Publish it on ${nameOf(host)} alone, build files that any host serves, use the adapter for ${nameOf(other.name)}, or let each provider build it: build: { where: 'provider' }.`,
      details: { host, target: other.name },
    })
  }
  if (isFetched && project.outputDirectory !== targets[0]?.output?.whole) {
    throw new OptionsError({
      code: 'target-mismatch',
      message: `${built}: its functions do not come back from where it is built, only ${project.outputDirectory} does.`,
      hint: "Let the provider build it, with build: { where: 'provider' }, or build it in the tab.",
      details: { host },
    })
  }
  if (content !== 'source') {
    throw new OptionsError({
      code: 'target-mismatch',
      message: `${built}: its functions are no files to commit.`,
      hint: "Commit the source: commit.content: 'source'.",
      details: { host },
    })
  }
}

/** What of a project is not published on which target, in sentences. */
export function hostNotes(
  { functions }: Project,
  targets: readonly Pick<Target, 'name' | 'output'>[],
  isFetched: boolean,
): readonly string[] {
  if (!functions) return []
  return targets
    .filter(({ output }) => isFetched || output?.host !== functions.host)
    .map(({ name }) => `${sentenceNameOf(name)} gets the files alone, without the functions in ${functions.directory}.`)
}

/** Whether functions have to be packed before the project can be published, although nothing else is built. */
export function packsFunctions({ functions }: Project, targets: readonly Pick<Target, 'output'>[]): boolean {
  return functions !== undefined && targets.some(({ output }) => output?.host === functions.host)
}
