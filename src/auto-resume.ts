import { defaultStorage } from './default-storage.js'
import { type DeploymentSummary, deployments, type StorageOptions } from './deployments.js'
import { readFacts, readOutput } from './kept-facts.js'
import { type ResumeOptions, resume } from './resume.js'
import type { Deployment } from './session.js'
import type { DeploymentStorage } from './spec/storage.js'

/** A deployment that was interrupted. */
export interface InterruptedDeployment extends DeploymentSummary {
  /** Whether its build had not ended, or its files are no longer kept: then `resume` needs a container with the project. */
  readonly needsContainer: boolean
  /** The same as `resume` with its id. */
  resume(options: ResumeOptions): Deployment
}

/**
 * What an IDE asks when it starts: the deployments that lost their tab, the latest first. Nothing is resumed by itself, for that
 * needs tokens.
 * @throws JournalError `storage-unavailable`
 * @example
 * for (const interrupted of await autoResume()) {
 *   if (await ask(`Go on with the deployment of ${interrupted.targets[0]?.site}?`)) {
 *     render(interrupted.resume({ container, git: github({ … }), targets: [netlify({ … })] }))
 *   }
 * }
 */
export async function autoResume(options: StorageOptions = {}): Promise<InterruptedDeployment[]> {
  const storage = options.storage ?? (await defaultStorage())
  const found = (await deployments({ storage })).filter(({ state }) => state === 'interrupted')
  return Promise.all(
    found.map(async (summary) => ({
      ...summary,
      needsContainer: !(await isKept(summary.id, storage)),
      resume: (given: ResumeOptions) => resume(summary.id, { storage, ...given }),
    })),
  )
}

/** Whether all files that a deployment publishes are kept. */
async function isKept(id: string, storage: DeploymentStorage): Promise<boolean> {
  const facts = await readFacts(id, storage, () => undefined)
  const output = facts?.output ?? (await readOutput(id, storage, () => undefined))
  if (!facts || !output) return false
  const digests = [...(facts.source?.files ?? []), ...output.files].map(({ sha1 }) => sha1)
  return (await storage.openContents(() => undefined).lacking(new Set(digests))).length === 0
}
