import { toManifest } from './artifacts/manifest.js'
import type { Settings } from './deploy-settings.js'
import { type RunEnvironment, runSteps } from './engine/run-steps.js'
import { outputOf, type Step } from './engine/step.js'
import type { StepJournal, StepRecord } from './engine/step-record.js'
import { OptionsError } from './errors/options-error.js'
import { createGraph, type Facts, type Given } from './graph.js'
import { createCache } from './journal/cache.js'
import { keys } from './journal/keys.js'
import { setAside } from './journal/read-entry.js'
import { sealResult } from './journal/sealed-claims.js'
import type { KeptFacts } from './kept-facts.js'
import { notKept } from './not-kept.js'
import { planOf, warningsOf } from './plan.js'
import { quotaWarnings } from './quota-warnings.js'
import { aborted, type Session } from './session.js'
import type { DeploymentResult } from './spec/event.js'
import type { Plan } from './spec/plan.js'
import type { Release } from './spec/release.js'
import type { DeploymentStorage } from './spec/storage.js'
import { tellFailure } from './tell-failure.js'
import { onAbort } from './toolkit/on-abort.js'
import { openSeal } from './toolkit/seal.js'

/** A run that knows what it is going to do. */
export interface Work {
  readonly session: Session
  readonly settings: Settings
  readonly storage: DeploymentStorage
  readonly environment: RunEnvironment
  readonly facts: Facts
  readonly given: Given
  /** What an earlier run of the same deployment kept of its steps. */
  readonly earlier: ReadonlyMap<string, StepRecord>
  /** Whether the plan need not be asked about again. */
  readonly approved: boolean
}

/** Plans, asks, runs the steps, and writes each of them down. */
export async function carryOut(work: Work): Promise<DeploymentResult> {
  const { session, settings, environment, facts, given } = work
  const graph = createGraph(settings, facts, given)
  const quotas = await quotaWarnings(settings.targets, environment)
  const plan = planOf(graph.steps, [...warningsOf(facts, settings), ...quotas])
  session.emit(null, { type: 'plan-create', plan })
  const nothing = { url: null, plan, releases: [], commits: [], verifications: [], settings: [], domains: [] }
  if (settings.dryRun) return { outcome: 'planned', ...nothing }
  const { approve } = work.approved ? {} : settings
  await keepFacts(work, plan, approve === undefined)
  if (approve) {
    await approved(approve, plan, session.signal)
    await keepFacts(work, plan, true)
  }
  const running = { ...environment, finished: graph.finished, journal: stepJournal(work) }
  const outputs = await runSteps(graph.steps, running).catch(async (thrown: unknown) => {
    await tellFailure(graph, thrown, { session, environment: running })
    throw thrown
  })
  const all = <Output>(steps: readonly Step<Output>[]) => steps.map((step) => outputOf(outputs, step))
  const releases: Release[] = all(graph.releases)
  return {
    outcome: 'deployed',
    url: releases[0]?.url ?? null,
    plan,
    releases,
    commits: all(graph.commits),
    verifications: all(graph.verifications),
    settings: all(graph.settings).flat(),
    domains: all(graph.domains).flat(),
  }
}

function keepFacts({ session, facts }: Work, plan: Plan, approved: boolean): Promise<void> {
  const { source, output } = facts
  const manifest = (set: Facts['source']) => set && toManifest(set)
  // A command may hold a secret; paths and digests don't, and there are many.
  const { project, hosts, plan: told } = session.redactor.redact({ project: facts.project, hosts: facts.hosts, plan })
  const kept: KeptFacts = { project, source: manifest(source), output: manifest(output), hosts, plan: told, approved }
  return session.write(new Map([[keys.facts(session.id), kept]]))
}

function stepJournal({ session, storage, environment, earlier }: Work): StepJournal {
  const key = (step: string) => keys.step(session.id, step)
  const seal = () => openSeal(createCache(storage.journal, environment.clock))
  return {
    earlier: (step) => earlier.get(step),
    async write(step, record) {
      const redacted = session.redactor.redact(record)
      const result = await sealResult(redacted.result, record.result, seal)
      await session.write(new Map([[key(step), { ...redacted, result }]]))
    },
    async setAside(step, cause) {
      const { journal } = storage
      try {
        const entry = await journal.read(key(step))
        await setAside(journal, key(step), { entry, cause }, (event) => session.emit(null, event))
      } catch (thrown) {
        session.emit(null, notKept(thrown))
      }
    },
  }
}

async function approved(approve: NonNullable<Settings['approve']>, plan: Plan, signal: AbortSignal): Promise<void> {
  let release: () => void = () => undefined
  const over = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => reject(signal.reason))
  })
  const asked = Promise.resolve(plan).then(approve).catch(approveFailed)
  const answer = await Promise.race([asked, over]).finally(release)
  if (answer !== true) throw aborted('plan-declined', 'The plan was not approved.')
}

function approveFailed(cause: unknown): never {
  throw new OptionsError({
    code: 'approve-failed',
    message: `The option deploy.approve failed: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Mend the function that is given as approve. Nothing was done.',
    cause,
  })
}
