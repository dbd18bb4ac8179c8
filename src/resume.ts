import * as z from 'zod/mini'
import { absentContainer, containerMissing } from './absent-container.js'
import { fromManifest, manifestSchema } from './artifacts/manifest.js'
import type { BuildOptions } from './build-options.js'
import { carryOut } from './carry-out.js'
import { storageOf } from './default-storage.js'
import { secretsOf } from './deploy.js'
import { type DeployOptions, isClock, parseDeployOptions, type Settings } from './deploy-options.js'
import { deploymentUnknown } from './deployment-problems.js'
import type { StepRecord } from './engine/step-record.js'
import { JournalError } from './errors/journal-error.js'
import { OptionsError } from './errors/options-error.js'
import { repository as repositorySchema } from './events/part-schemas.js'
import { createGraph, type Facts } from './graph.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { keys } from './journal/keys.js'
import { readEvents, readRecord, readSteps } from './journal/read-deployment.js'
import { type KeptFacts, readFacts } from './kept-facts.js'
import { holdDeployment, holdSite, holdSites } from './locks.js'
import { planOf } from './plan.js'
import {
  differencesOf,
  planDifferences,
  refuseOthers,
  refuseSuperseded,
  sourceDifferences,
} from './resume-differences.js'
import { openEnvironment } from './run-environment.js'
import { type Deployment, type Session, startSession } from './session.js'
import type { ContentStore } from './spec/artifact.js'
import type { EventBody } from './spec/event.js'
import type { DeploymentStorage } from './spec/storage.js'
import { surveyProject } from './survey.js'
import { onAbort } from './toolkit/on-abort.js'
import { parseOptions } from './toolkit/parse-options.js'
import { systemClock } from './toolkit/system-clock.js'

/**
 * What {@link resume} is told: what cannot be written down. All else is as the deployment began with it.
 */
export interface ResumeOptions
  extends Pick<
    DeployOptions,
    | 'targets'
    | 'git'
    | 'relay'
    | 'signal'
    | 'approve'
    | 'onConflict'
    | 'onApproval'
    | 'fetch'
    | 'clock'
    | 'storage'
    | 'network'
  > {
  /** Needed only where the build had not ended, or its files are no longer kept. */
  readonly container?: DeployOptions['container']
  /** Needed only where the build is run again: the values of its environment variables are not written down. */
  readonly build?: Pick<BuildOptions, 'env' | 'secrets'>
}

const given = z.optional(z.unknown())
/** Only which options there are: what they hold is checked together with what the deployment began with. */
const optionsSchema = z.strictObject({
  targets: given,
  git: given,
  relay: given,
  signal: given,
  approve: given,
  onConflict: given,
  onApproval: given,
  fetch: given,
  clock: given,
  storage: given,
  network: given,
  container: given,
  build: z.optional(z.strictObject({ env: given, secrets: given })),
})

/**
 * Goes on with a deployment whose tab was lost, that failed, or that was canceled. Steps that had ended are passed over once
 * their provider confirmed them; one that was under way goes on from where it was; what was built comes from the browser's store,
 * so that no container is needed once the build had ended. Its earlier events come first, then `deployment-resume`.
 *
 * Never throws; the terminal event and `done` tell of an OptionsError `deployment-unknown`, `deployment-ended`, `resume-differs`
 * `container-missing`, `environment-missing`
 * or `approve-missing`, a ConflictError `deployment-running` or `deployment-superseded`, a JournalError
 * `deployment-unreadable`, and of all that `deploy` tells.
 * @example resume(id, { git: github({ auth, repository: 'acme/shop' }), targets: [netlify({ auth, site: 'acme-shop' })] })
 */
export function resume(id: string, options: ResumeOptions): Deployment {
  const clock = isClock(options?.clock) ? options.clock : systemClock
  return startSession(String(id), clock, async (session) => {
    parseOptions(optionsSchema, options, 'resume')
    const storage = await storageOf({ storage: options.storage }, 'resume')
    await holdDeployment(session, storage)
    const earlier = await readEarlier(session, storage)
    const settings = settingsOf(earlier.record, options)
    const { signal } = settings
    for (const secret of secretsOf(settings)) session.redactor.remember(secret)
    refuseOthers(earlier.record, settings)
    await refuseSuperseded(earlier.record, storage, (event) => void earlier.unread.push(event))
    await holdSites(session, storage, settings)
    const release = signal && onAbort(signal, () => session.cancel('The deployment was aborted by its signal.'))
    const { environment, close } = openEnvironment(session, settings, storage, clock)
    try {
      return await goOn(session, settings, storage, environment, earlier, clock.now())
    } finally {
      close()
      release?.()
    }
  })
}

/** What an earlier run left. */
interface Earlier {
  readonly record: DeploymentRecord
  readonly facts: KeptFacts | undefined
  readonly steps: ReadonlyMap<string, StepRecord>
  readonly events: Awaited<ReturnType<typeof readEvents>>
  /** What could not be read of it. */
  readonly unread: EventBody[]
}

async function readEarlier({ id }: Session, storage: DeploymentStorage): Promise<Earlier> {
  const { journal } = storage
  const unread: EventBody[] = []
  // What a listing has set aside before was told to nobody yet.
  for (const entry of [
    ...(await journal.keys(keys.aside(`${keys.record(id)}/`))),
    ...(await journal.keys(keys.aside(keys.record(id)))).filter((key) => key === keys.aside(keys.record(id))),
  ]) {
    const message = `The entry ${entry} of the journal is corrupt.`
    unread.push({ type: 'journal-set-aside', entry, reason: 'corrupt', message })
  }
  const report = (event: EventBody) => void unread.push(event)
  const record = await readRecord(journal, id, report)
  if (!record) throw unread.length > 0 ? unreadable(id, unread) : deploymentUnknown(id)
  if (record.state === 'success') throw ended(record)
  const facts = await readFacts(id, storage, report)
  const steps = await readSteps(journal, id, report)
  const events = await readEvents(journal, id, report)
  return { record, facts, steps, events, unread }
}

function settingsOf(record: DeploymentRecord, options: ResumeOptions): Settings {
  const { container = absentContainer(), build, ...given } = options
  const known = record.options as Omit<Partial<DeployOptions>, 'build'> & { readonly build?: BuildOptions }
  const { env = {}, secrets = [] } = build ?? {}
  // What was a secret stays one, also where it is not said again.
  const isNamed = (name: string) => known.build?.where === 'actions' || env[name] !== undefined
  const secret = [...new Set([...secrets, ...record.secretNames.filter(isNamed)])]
  return parseDeployOptions(
    { ...known, ...given, build: { ...known.build, env, secrets: secret }, container },
    'resume',
  )
}

async function goOn(
  session: Session,
  settings: Settings,
  storage: DeploymentStorage,
  environment: ReturnType<typeof openEnvironment>['environment'],
  earlier: Earlier,
  now: number,
): ReturnType<typeof carryOut> {
  const { record, steps } = earlier
  const store = storage.openContents((warning) => session.emit(null, { type: 'warning', ...warning }))
  const { data: repository } = z.safeParse(repositorySchema, steps.get('repository')?.result)
  // Groups of GitLab may lie in groups.
  const owner = repository?.fullName.replace(/\/[^/]*$/, '')
  const given = { deployment: record.id, date: record.startedAt, hold: holdSite(session, storage), store, owner }
  const facts = await restore(earlier, settings, store)
  const known = earlier.facts?.plan
  /** What could not be read is told also where nothing comes of it. */
  const refused = (error: OptionsError) => {
    for (const event of earlier.unread) session.emit(null, event)
    return error
  }
  // The project is among the facts; nothing else that was not written down is known again.
  if (record.withheld.some((name) => facts === undefined || name !== 'project')) throw refused(withheld(record))
  const planned = (found: Facts) => session.redactor.redact(planOf(createGraph(settings, found, given).steps, []))
  const builds = facts === undefined
  if (builds && settings.container === absentContainer()) throw refused(containerMissing(earlier.facts !== undefined))
  const lacking = builds ? record.environmentNames.filter((name) => settings.build.env[name] === undefined) : []
  if (lacking.length > 0) throw refused(environmentMissing(lacking))
  const differences = [...differencesOf(record), ...(facts && known ? planDifferences(known, planned(facts)) : [])]
  await session.open(
    storage,
    { ...record, state: 'running', changedAt: now, error: null },
    {
      ...earlierEvents(earlier),
      first: [...startOf(earlier), { type: 'deployment-resume', differences }, ...earlier.unread],
    },
  )
  const work = { session, settings, storage, environment, given }
  const agreed = earlier.facts?.approved ?? false
  if (facts) {
    const approved = agreed && differences.length === 0
    if (!approved) requireApprove(record, settings)
    return carryOut({ ...work, facts, earlier: steps, approved })
  }

  // The build is run again, in a container that may hold something else by now: nothing that came of it counts any more.
  const begun = [...steps].map(([id, step]): [string, StepRecord] => [id, { ...step, state: 'begun', result: null }])
  const surveyed = await surveyProject(settings, store, environment)
  const changes = [
    ...sourceDifferences(earlier.facts?.source ?? null, surveyed.source),
    ...(known ? planDifferences(known, planned(surveyed)) : []),
  ]
  if (changes.length > 0) {
    const hint = 'What is there now is built and deployed.'
    session.emit(null, { type: 'warning', code: 'resume-differs', message: changes.join(' '), hint })
  }
  const approved = agreed && changes.length === 0
  if (!approved) requireApprove(record, settings)
  return carryOut({ ...work, facts: surveyed, earlier: new Map(begun), approved })
}

/** What was to be agreed on is not done without. */
function requireApprove({ asks }: DeploymentRecord, { approve }: Settings): void {
  if (!asks || approve) return
  throw new OptionsError({
    code: 'approve-missing',
    message: 'The plan of this deployment has to be agreed on, and resume.approve is not given.',
    hint: 'Pass the function approve that it began with: resume(id, { approve, … }).',
  })
}

function environmentMissing(names: readonly string[]): OptionsError {
  return new OptionsError({
    code: 'environment-missing',
    message: `The build has to be run again, and resume.build.env lacks what it was given before: ${names.join(', ')}.`,
    hint: 'Values are not written down: pass them again, resume(id, { build: { env: { … } }, … }).',
    details: { names },
  })
}

/** What is told of the earlier run. That it came to an end was none, after all. */
function earlierEvents({ events: { events, next, lost } }: Earlier) {
  const last = events.at(-1)
  const hasEnd = last?.type === 'deployment-end'
  return { events: hasEnd ? events.slice(0, -1) : events, next: hasEnd ? last.sequence : next, stale: lost }
}

/** The first event of all, where it could not be read. */
function startOf({ record, events }: Earlier): EventBody[] {
  if (events.events.some(({ type }) => type === 'deployment-start')) return []
  const targets = record.targets.map(({ name }) => name)
  return [{ type: 'deployment-start', version: 1, targets, git: record.git?.name ?? null }]
}

/** The facts of the earlier run; `undefined` where something has to be built, or read from the project, again. */
async function restore(
  { facts, steps }: Earlier,
  { build }: Settings,
  store: ContentStore,
): Promise<Facts | undefined> {
  if (!facts) return undefined
  const { project } = facts
  const output = facts.output && (await fromManifest(facts.output, store))
  // Once it is committed nobody reads the source any more.
  const isCommitted = steps.get('commit')?.state === 'ended'
  const source = facts.source && (await fromManifest(facts.source, store, isCommitted))
  if (output === undefined || source === undefined) return undefined
  // What is committed is all that a build elsewhere needs.
  if (project.buildCommand === null || build.where !== 'container') return { project, source, output }
  const collected = steps.get('collect')
  const { success, data } = z.safeParse(manifestSchema, collected?.state === 'ended' ? collected.result : null)
  const isKept = success && (await fromManifest(data, store)) !== undefined
  return isKept ? { project, source, output } : undefined
}

function withheld({ withheld }: DeploymentRecord): OptionsError {
  return new OptionsError({
    code: 'resume-differs',
    message: `What this deployment began with was not written down in full, because it held a secret: ${withheld.join(', ')}.`,
    hint: 'Deploy anew.',
    details: { options: withheld },
  })
}

function ended({ id, url }: DeploymentRecord): OptionsError {
  return new OptionsError({
    code: 'deployment-ended',
    message: `The deployment ${id} has ended well${url === null ? '' : ` and is live at ${url}`}.`,
    hint: 'There is nothing to resume. Deploy anew.',
    details: { deployment: id, url },
  })
}

function unreadable(id: string, unread: readonly EventBody[]): JournalError {
  const said = unread.flatMap((event) => (event.type === 'journal-set-aside' ? [event.message] : []))
  return new JournalError({
    code: 'deployment-unreadable',
    message: `What was written down of the deployment ${id} cannot be read. ${said.join(' ')}`,
    hint: 'Deploy anew: what it made at the providers is found again. Where a newer version of the library wrote it, reload the page.',
    details: { deployment: id, said },
  })
}
