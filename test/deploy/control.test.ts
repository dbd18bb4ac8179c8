import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Artifact, type DeploymentEvent, type Facts, formatPlan, plan } from '../../src/index.js'
import { endOf, eventsOf, projectOptions, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})

afterEach(async () => {
  await stage.close()
})

const remote = () => ({
  repositories: [...stage.emulator.github.state.repositories].length,
  sites: stage.emulator.netlify.state.sites.size,
})

describe('a dry run', () => {
  it('ends with the plan and has asked no provider for anything', async () => {
    let requests = 0
    const counting: typeof fetch = (...call) => {
      requests += 1
      return stage.emulator.fetch(...call)
    }
    const deployment = stage.deploy({ dryRun: true, fetch: counting })
    const events = await eventsOf(deployment)
    const { outcome, plan, url } = await deployment.done
    expect({ outcome, url, requests }).toEqual({ outcome: 'planned', url: null, requests: 0 })
    expect(endOf(events).outcome).toBe('success')
    expect(plan.steps.find((step) => step.id === 'commit')).toMatchObject({ files: 7 })
    for (const step of plan.steps) expect(formatPlan(plan)).toContain(step.title)
    expect(remote()).toEqual({ repositories: 0, sites: 0 })
  })
})

describe('plan', () => {
  it('is pure: it touches neither the container nor a network, and says the same as the deployment', async () => {
    const events = await eventsOf(stage.deploy({ dryRun: true }))
    const of = <Type extends DeploymentEvent['type']>(type: Type) =>
      events.find((event): event is Extract<DeploymentEvent, { type: Type }> => event.type === type)
    const { files = 0, bytes = 0 } = of('files-collect') ?? {}
    const project = of('project-detect')?.project
    if (!project) throw new Error('no project was detected')
    const artifacts = Array.from({ length: files }, (_, index) => made(`file-${index}`))
    const facts: Facts = { project, source: { artifacts, size: bytes, excluded: [] }, output: null }
    const untouchable = new Proxy(() => undefined, {
      get: (_target, name) => (name === 'fs' ? untouchable : () => untouched()),
    }) as unknown as typeof stage.container
    const options = {
      container: untouchable,
      git: stage.github(),
      targets: [stage.netlify()],
      fetch: untouched as typeof fetch,
    }
    expect(plan(options, facts)).toEqual(of('plan-create')?.plan)
    expect(plan(options, facts)).toEqual(plan(options, facts))
    const missing = undefined as never
    expect(() => plan(options, missing)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
  })
})

function untouched(): never {
  throw new Error('a plan is made without it')
}

function made(path: string): Artifact {
  return { path, size: 1, mode: '100644', sha1: '', oid: '', read: async () => new Uint8Array(1) }
}

describe('approve', () => {
  it('sees the plan and can end the deployment before anything is done', async () => {
    const seen: string[] = []
    const deployment = stage.deploy({
      approve: async (plan) => {
        seen.push(...plan.steps.map((step) => step.id))
        return false
      },
    })
    expect(endOf(await eventsOf(deployment))).toMatchObject({ outcome: 'canceled', error: { code: 'plan-declined' } })
    expect(seen).toContain('publish-netlify')
    expect(remote()).toEqual({ repositories: 0, sites: 0 })
  })

  it('lets it go on', async () => {
    const { url } = await stage.deploy({ approve: () => true }).done
    expect(url).toBe(stage.emulator.netlify.siteUrl('acme-shop'))
  })

  it('that throws ends the deployment with its message', async () => {
    const deployment = stage.deploy({
      approve: () => {
        throw new Error('dialog is gone')
      },
    })
    const end = endOf(await eventsOf(deployment))
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'approve-failed' } })
    expect(end.outcome === 'failure' && end.error.message).toContain('dialog is gone')
  })
})

describe('cancel', () => {
  it('during the build kills the process and ends with one terminal event', async () => {
    await stage.write({ 'wait.mjs': `console.log('pid', process.pid); setInterval(() => {}, 1000)` })
    const deployment = stage.deploy({ project: { ...projectOptions, buildCommand: 'node wait.mjs' } })
    let pid = Number.NaN
    for await (const event of deployment.events) {
      if (event.type === 'log-line' && event.text.startsWith('pid ')) {
        pid = Number(event.text.slice(4))
        deployment.cancel('the user pressed Cancel')
      }
    }
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({
      outcome: 'canceled',
      error: { name: 'AbortedError', code: 'aborted', message: 'the user pressed Cancel' },
    })
    expect(events.find((event) => event.step === 'build' && event.type === 'step-cancel')).toBeDefined()
    await expect(deployment.done).rejects.toMatchObject({ code: 'aborted' })
    await expect
      .poll(
        () => {
          try {
            return process.kill(pid, 0)
          } catch (error) {
            return (error as NodeJS.ErrnoException).code
          }
        },
        { timeout: 10_000 },
      )
      .toBe('ESRCH')
  })

  it('during the upload cancels the deployment at the provider, and production stays as it was', async () => {
    const { url } = await stage.deploy().done
    await stage.write({ 'src/index.html': 'half', 'src/a.txt': 'a', 'src/b.txt': 'b' })
    const stopping: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      if (request.method === 'PUT') {
        deployment.cancel()
        request.signal.throwIfAborted()
      }
      return stage.emulator.fetch(request)
    }
    const deployment = stage.deploy({ fetch: stopping })
    const events = await eventsOf(deployment)
    expect(endOf(events).outcome).toBe('canceled')
    expect(events.some((event) => event.type === 'step-cancel' && event.step === 'publish-netlify')).toBe(true)
    const states = [...stage.emulator.netlify.state.deploys.values()].map((deploy) => deploy.state)
    expect(states.filter((state) => state === 'ready')).toHaveLength(1)
    expect(states.filter((state) => state !== 'ready' && state !== 'error')).toEqual([])
    expect(await (await stage.emulator.fetch(url ?? '')).text()).toContain('<title>Shop</title>')
  })

  it('by a signal that was aborted before does nothing at all', async () => {
    const end = endOf(await eventsOf(stage.deploy({ signal: AbortSignal.abort() })))
    expect(end).toMatchObject({ outcome: 'canceled', error: { code: 'aborted' } })
    expect(remote()).toEqual({ repositories: 0, sites: 0 })
  })

  it('after the end changes nothing', async () => {
    const deployment = stage.deploy()
    const { url } = await deployment.done
    deployment.cancel()
    expect(endOf(await eventsOf(deployment)).outcome).toBe('success')
    expect((await deployment.done).url).toBe(url)
  })
})
