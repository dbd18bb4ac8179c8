import * as z from 'zod/mini'
import { absentContainer, containerMissing } from './absent-container.js'
import type { BuildOptions } from './build-options.js'
import { carryOut } from './carry-out.js'
import { storageOf } from './default-storage.js'
import { secretsOf } from './deploy.js'
import type { DeployOptions } from './deploy-options.js'
import { isClock, parseDeployOptions, type Settings } from './deploy-settings.js'
import { type Earlier, earlierEvents, readEarlier, restore, startOf } from './earlier-run.js'
import type { StepRecord } from './engine/step-record.js'
import type { OptionsError } from './errors/options-error.js'
import { repository as repositorySchema } from './events/part-schemas.js'
import { createGraph, type Facts } from './graph.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { holdDeployment, holdSite, holdSites } from './locks.js'
import { recallOptimize } from './optimize-options.js'
import { planOf } from './plan.js'
import {
  differencesOf,
  planDifferences,
  refuseOthers,
  refuseSuperseded,
  sourceDifferences,
} from './resume-differences.js'
import { environmentMissing, requireApprove, withheld } from './resume-problems.js'
import { openEnvironment } from './run-environment.js'
import { type Deployment, type Session, startSession } from './session.js'
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
    | 'openSocket'
    | 'dns'
    | 'clock'
    | 'storage'
    | 'network'
  > {
  /** Needed only where the build had not ended, or its files are no longer kept. */
  readonly container?: DeployOptions['container']
  /** Needed only where the build is run again: the values of its environment variables are not written down. */
  readonly build?: Pick<BuildOptions, 'env' | 'secrets'>
  /** Needed only where images were to be made smaller and had not been. */
  readonly optimize?: NonNullable<DeployOptions['optimize']>
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
  openSocket: given,
  dns: given,
  clock: given,
  storage: given,
  network: given,
  container: given,
  build: z.optional(z.strictObject({ env: given, secrets: given })),
  optimize: given,
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

function settingsOf(record: DeploymentRecord, options: ResumeOptions): Settings {
  const { container = absentContainer(), build, optimize, ...given } = options
  const known = record.options as Omit<Partial<DeployOptions>, 'build'> & { readonly build?: BuildOptions }
  const { env = {}, secrets = [] } = build ?? {}
  // What was a secret stays one, also where it is not said again.
  const isNamed = (name: string) => known.build?.where === 'actions' || env[name] !== undefined
  const secret = [...new Set([...secrets, ...record.secretNames.filter(isNamed)])]
  const recalled = recallOptimize(known.optimize)
  return parseDeployOptions(
    {
      ...{ ...known, ...given, container },
      build: { ...known.build, env, secrets: secret },
      optimize: typeof optimize === 'object' ? { ...recalled, ...optimize } : (optimize ?? recalled),
    },
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
