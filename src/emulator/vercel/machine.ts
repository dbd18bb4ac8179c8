import type { Random } from '../random.js'
import type { AliasBook } from './aliases.js'
import type { VercelDelays } from './delays.js'
import { createId } from './ids.js'
import type { AliasRequest, BuildEvent, DeploymentError, ReadyState, VercelDeployment, VercelProject } from './state.js'

/** Moves deployments from state to state. */
export interface Machine {
  /** Does everything that was due until now; to be called before anything reads the state. */
  settle(): void
  /** Sends a deployment on its way. */
  start(deployment: VercelDeployment): void
  /** Ends a deployment that has not ended. */
  end(deployment: VercelDeployment, state: 'ERROR' | 'CANCELED' | 'BLOCKED', error: DeploymentError | undefined): void
  /** Writes a line of the build's log. */
  log(deployment: VercelDeployment, type: BuildEvent['type'], text: string): void
  /** Takes a promotion or a rollback. */
  move(request: AliasRequest): void
  /** Lets the aliases of the next deployment of a project fail. */
  failAlias(project: VercelProject, error: DeploymentError): void
  /** Ends all builds that run; nothing is due after that. */
  stop(): void
  readonly delays: Required<VercelDelays>
}

/** What builds a deployment: gives when it has been built, and an error where that failed; at once, where it can't begin. */
export type Build = (
  deployment: VercelDeployment,
  signal: AbortSignal,
) => Promise<DeploymentError | undefined> | DeploymentError | undefined

interface Due {
  readonly at: number
  readonly deployment: VercelDeployment
  readonly run: (at: number) => void
}

/** What a machine works with. */
export interface MachineOptions {
  readonly now: () => number
  readonly delays: Required<VercelDelays>
  readonly random: Random
  readonly aliases: AliasBook
  readonly build: Build
  /** What is wrong with the files that a deployment is to serve; `undefined` where nothing is. */
  readonly check: (deployment: VercelDeployment) => DeploymentError | undefined
}

const over: readonly ReadyState[] = ['READY', 'ERROR', 'CANCELED', 'BLOCKED']

/** Whether nothing more becomes of a deployment by itself. */
export function isOver({ readyState }: VercelDeployment): boolean {
  return over.includes(readyState)
}

/**
 * Makes the machine. It has no timers: what the clock says is due happens when the state is next read, so a simulated clock
 * drives it as well as the real one.
 */
export function createMachine({ now, delays, random, aliases, build, check }: MachineOptions): Machine {
  const { initializing, building, ready, alias, promotion } = delays
  const aliasFailures = new Map<VercelProject, DeploymentError>()
  const builds = new Map<VercelDeployment, AbortController>()
  let due: Due[] = []

  function settle(): void {
    for (;;) {
      const next = due.reduce<Due | undefined>((first, one) => (first && first.at <= one.at ? first : one), undefined)
      if (!next || next.at > now()) return
      due = due.filter((one) => one !== next)
      next.run(next.at)
    }
  }

  function later(deployment: VercelDeployment, at: number, run: (at: number) => void): void {
    due.push({ at, deployment, run })
  }

  function enter(deployment: VercelDeployment, state: ReadyState, at: number): void {
    deployment.readyState = state
    deployment.states.push(state)
    write(deployment, 'deployment-state', state, at)
    const { project } = deployment
    project.updatedAt = at
    if (state === 'INITIALIZING') later(deployment, at + building, (then) => enter(deployment, 'BUILDING', then))
    if (state === 'BUILDING') begin(deployment, at)
    if (state === 'READY') {
      deployment.readyAt = at
      later(deployment, at + alias, (then) => assign(deployment, then))
    }
  }

  function begin(deployment: VercelDeployment, at: number): void {
    deployment.buildingAt = at
    const controller = new AbortController()
    const running = build(deployment, controller.signal)
    if (!running) {
      write(deployment, 'stdout', `Deployed ${deployment.files.size} files`, at)
      later(deployment, at + ready, (then) => finish(deployment, then))
      return
    }
    if ('code' in running) {
      end(deployment, 'ERROR', running)
      return
    }
    builds.set(deployment, controller)
    // A build takes the time that it takes; what it ends with is due at once.
    void running
      .catch((error: unknown): DeploymentError => ({ code: 'internal_server_error', message: String(error) }))
      .then((error) => {
        builds.delete(deployment)
        if (deployment.readyState !== 'BUILDING') return
        if (error) end(deployment, 'ERROR', error)
        else finish(deployment, now())
      })
  }

  function finish(deployment: VercelDeployment, at: number): void {
    const error = check(deployment)
    if (error) end(deployment, 'ERROR', error)
    else enter(deployment, 'READY', at)
  }

  function assign(deployment: VercelDeployment, at: number): void {
    const failure = aliasFailures.get(deployment.project)
    aliasFailures.delete(deployment.project)
    deployment.aliasError = failure
    if (failure) return
    aliases.assign(deployment, at)
    deployment.aliasAssignedAt = at
  }

  function end(
    deployment: VercelDeployment,
    state: 'ERROR' | 'CANCELED' | 'BLOCKED',
    error: DeploymentError | undefined,
  ): void {
    due = due.filter((one) => one.deployment !== deployment)
    builds.get(deployment)?.abort()
    deployment.error = error
    if (error) write(deployment, 'stderr', error.message, now())
    if (state === 'CANCELED') deployment.canceledAt = now()
    enter(deployment, state, now())
  }

  function write(deployment: VercelDeployment, type: BuildEvent['type'], text: string, at: number): void {
    deployment.events.push({ id: createId(random, '', 20), type, at, text })
  }

  return {
    settle,
    end,
    delays,
    stop: () => {
      due = []
      for (const controller of builds.values()) controller.abort()
    },
    start: (deployment) => later(deployment, now() + initializing, (at) => enter(deployment, 'INITIALIZING', at)),
    log: (deployment, type, text) => write(deployment, type, text, now()),
    failAlias: (project, error) => void aliasFailures.set(project, error),
    move: (request) => {
      const { toDeployment } = request
      later(toDeployment, request.requestedAt + promotion, (began) => {
        request.jobStatus = 'in-progress'
        later(toDeployment, began + promotion, (ended) => {
          aliases.toProduction(toDeployment, ended)
          request.jobStatus = 'succeeded'
          toDeployment.project.rolledBack = request.type === 'rollback'
        })
      })
    },
  }
}
