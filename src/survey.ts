import { memoryContentStore } from './artifacts/content-store.js'
import { packsFunctions } from './check-hosts.js'
import type { DeployOptions } from './deploy-options.js'
import { parseDeployOptions, type Settings } from './deploy-settings.js'
import { type RunEnvironment, runSteps } from './engine/run-steps.js'
import { outputOf } from './engine/step.js'
import type { Facts } from './graph.js'
import { addHostRecipe } from './hosted-build.js'
import type { ContentStore } from './spec/artifact.js'
import { detectStep } from './steps/detect.js'
import { hostOutputsOf } from './steps/host-outputs.js'
import { outputStep } from './steps/output.js'
import { rulesFilesOf } from './steps/rules.js'
import { sourceStep } from './steps/source.js'
import { createRedactor } from './toolkit/redactor.js'
import { createRequests } from './toolkit/request.js'
import { systemClock } from './toolkit/system-clock.js'

/**
 * Finds out what a plan is made from: what the project is, which files are committed and, where nothing has to be built, which
 * are published. Only reads, and only in the container.
 * @throws OptionsError where the options or the project are wrong, and the signal's reason after an abort
 * @example console.log(formatPlan(plan(options, await survey(options))))
 */
export async function survey(options: DeployOptions): Promise<Facts> {
  const settings = parseDeployOptions(options)
  const clock = options.clock ?? systemClock
  const requestsFor = createRequests({ fetch, relay: undefined, clock, redactor: createRedactor() })
  const signal = settings.signal ?? new AbortController().signal
  const environment = { clock, signal, emit: () => undefined, requestsFor, finished: new Map() }
  return surveyProject(settings, memoryContentStore(), environment)
}

/** The same as part of a deployment, which keeps the bytes and tells its steps. */
export async function surveyProject(
  settings: Settings,
  store: ContentStore,
  environment: RunEnvironment,
): Promise<Facts> {
  const { container, git, commit, files } = settings
  const { targets, build } = settings
  const detect = detectStep(container, settings.project, {
    hosts: targets.map(({ output }) => output?.host ?? null),
    elsewhere: build.where === 'provider',
    env: build.env,
  })
  const committed = git !== undefined && commit.content !== 'artifacts'
  const { root } = commit
  const isSent = settings.build.where === 'provider'
  const source = committed || isSent ? sourceStep({ container, root, exclude: files.exclude, store, detect }) : null
  const first = await runSteps(source ? [detect, source] : [detect], environment)
  const project = outputOf(first, detect)
  const sourceSet =
    source && (await addHostRecipe(settings, { project, source: outputOf(first, source) }, store, environment.signal))
  const isThere = project.buildCommand === null && !packsFunctions(project, targets)
  const outputs = hostOutputsOf(targets)
  const output = isThere
    ? outputStep({ container, ...files, store, outputs, reads: rulesFilesOf(targets) }, project, [])
    : null
  const second = output && (await runSteps([output], environment))
  const found = output && second && outputOf(second, output)
  const { findHostFiles } = await import('./steps/find-host-files.js')
  const hosts = await findHostFiles({
    ...{ container, project, targets, headers: settings.headers, output: found, elsewhere: isSent },
    signal: environment.signal,
  })
  return { project, source: sourceSet, output: found, ...(hosts && { hosts }) }
}
