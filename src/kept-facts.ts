import * as z from 'zod/mini'
import { filesOf, type Manifest, manifestSchema } from './artifacts/manifest.js'
import { plan as planSchema, project as projectSchema } from './events/part-schemas.js'
import { keys } from './journal/keys.js'
import { readSteps } from './journal/read-deployment.js'
import { type ReportAside, readEntry } from './journal/read-entry.js'
import type { Plan } from './spec/plan.js'
import type { Project } from './spec/project.js'
import type { HostFiles } from './spec/rules.js'
import type { DeploymentStorage } from './spec/storage.js'
import { smallerManifest } from './steps/smaller-result.js'

/** What the journal keeps of a deployment before its first step: what it is made from, and what was agreed on. */
export interface KeptFacts {
  readonly project: Project
  readonly source: Manifest | null
  readonly output: Manifest | null
  readonly hosts?: HostFiles | undefined
  readonly plan: Plan
  /** Whether the plan was agreed on, or nobody had to be asked. */
  readonly approved: boolean
}

export const factsSchema: z.ZodMiniType<KeptFacts> = z.object({
  project: projectSchema,
  source: z.nullable(manifestSchema),
  output: z.nullable(manifestSchema),
  hosts: z.optional(
    z.custom<HostFiles>((value) => Array.isArray(value?.warnings) && 'netlify' in value && 'vercel' in value),
  ),
  plan: planSchema,
  approved: z.boolean(),
})

/** What is known of a deployment from before its first step. */
export function readFacts(
  id: string,
  { journal }: DeploymentStorage,
  report: ReportAside,
): Promise<KeptFacts | undefined> {
  return readEntry(journal, keys.facts(id), factsSchema, report)
}

/** The files that its build made, where it had ended. */
export async function readOutput(
  id: string,
  { journal }: DeploymentStorage,
  report: ReportAside,
): Promise<Manifest | null> {
  const step = (await readSteps(journal, id, report)).get('collect')
  const { success, data } = z.safeParse(manifestSchema, step?.state === 'ended' ? step.result : undefined)
  return success ? data : null
}

/** What became of the output on its way, where those steps had ended. */
async function readSmaller(id: string, { journal }: DeploymentStorage): Promise<(Manifest | undefined)[]> {
  const steps = await readSteps(journal, id, () => undefined)
  return [...steps].flatMap(([step, record]) => {
    const isOne = record.state === 'ended' && (step === 'optimize' || step.startsWith('precompress-'))
    return isOne ? [smallerManifest(record.result)] : []
  })
}

/** The digests of all files that are kept for a deployment. */
export async function digestsOf(id: string, storage: DeploymentStorage): Promise<Set<string>> {
  const facts = await readFacts(id, storage, () => undefined)
  const output = await readOutput(id, storage, () => undefined)
  const manifests = [facts?.source, facts?.output, output, ...(await readSmaller(id, storage))]
  return new Set(manifests.flatMap((manifest) => (manifest ? filesOf(manifest) : [])).map(({ sha1 }) => sha1))
}
