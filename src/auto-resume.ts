import type { BuildOptions } from './build-options.js'
import { storageOf } from './default-storage.js'
import { type DeploymentSummary, deployments, type StorageOptions } from './deployments.js'
import { readRecord } from './journal/read-deployment.js'
import { digestsOf, readFacts, readOutput } from './kept-facts.js'
import { type ResumeOptions, resume } from './resume.js'
import type { Deployment } from './session.js'

/** A deployment that was interrupted. */
export interface InterruptedDeployment extends DeploymentSummary {
  /** Whether `resume` needs a container with the project: its build had not ended, or its files are no longer kept. */
  readonly needsContainer: boolean
  /** Names of the variables that `resume` needs in `build.env` where it needs a container. */
  readonly environmentNames: readonly string[]
  /** The same as `resume` with its id. */
  resume(options: ResumeOptions): Deployment
}

/**
 * What an IDE asks when it starts: the deployments that lost their tab, the latest first, without those whose place a later
 * one has published since. Nothing is resumed by itself, for that needs tokens.
 * @throws JournalError `storage-unavailable`
 * @example
 * for (const interrupted of await autoResume()) {
 *   if (await ask(`Go on with the deployment of ${interrupted.targets[0]?.site}?`)) {
 *     render(interrupted.resume({ container, git: github({ … }), targets: [netlify({ … })] }))
 *   }
 * }
 */
export async function autoResume(options: StorageOptions = {}): Promise<InterruptedDeployment[]> {
  const storage = await storageOf(options, 'autoResume')
  const found = (await deployments({ storage })).filter(
    ({ state, superseded }) => state === 'interrupted' && !superseded,
  )
  return Promise.all(
    found.map(async (summary) => ({
      ...summary,
      needsContainer: await needsContainer(summary.id, { storage }),
      environmentNames: (await readRecord(storage.journal, summary.id, () => undefined))?.environmentNames ?? [],
      resume: (given: ResumeOptions) => resume(summary.id, { storage, ...given }),
    })),
  )
}

/**
 * Whether `resume` needs a container with the project: the build of the deployment had not ended, or its files are no longer kept.
 * @throws JournalError `storage-unavailable`
 */
export async function needsContainer(id: string, options: StorageOptions = {}): Promise<boolean> {
  const storage = await storageOf(options, 'needsContainer')
  const facts = await readFacts(id, storage, () => undefined)
  const output = facts?.output ?? (await readOutput(id, storage, () => undefined))
  const record = await readRecord(storage.journal, id, () => undefined)
  // What is built elsewhere needs nothing but what is committed.
  const { where } = (record?.options.build ?? {}) as BuildOptions
  const isElsewhere = where !== undefined && where !== 'container'
  if (!facts || !(output || isElsewhere)) return true
  const digests = await digestsOf(id, storage)
  return (await storage.openContents(() => undefined).lacking(digests)).length > 0
}
