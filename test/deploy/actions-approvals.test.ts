import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type DeploymentEvent,
  estimateProgress,
  initialState,
  memoryStorage,
  type ResumeOptions,
  reduce,
  resume,
} from '../../src/index.js'
import { endOf, eventsOf, type Overrides, project, type Stage, startStage } from '../support/stage.js'
import { openTab } from '../support/tab.js'

let stage: Stage
let skipped = 0

beforeEach(async () => {
  skipped = 0
  stage = await startStage(project, { clock: { now: () => Date.now() + skipped } })
})
afterEach(() => stage.close())

const runs = () => stage.emulator.github.state.actions.runs
const build = (options: Overrides = {}) => stage.deploy({ build: 'actions', ...options })
/** Decides as a person does, on GitHub's own page. */
async function decideElsewhere(state: 'approved' | 'rejected'): Promise<void> {
  const path = `/repos/owner/shop/actions/runs/${runs()[0]?.id}/pending_deployments`
  const headers = { authorization: `Bearer ${stage.emulator.token}`, 'content-type': 'application/json' }
  const url = stage.emulator.github.url + path
  const pending = (await (await stage.emulator.fetch(url, { headers })).json()) as { environment: { id: number } }[]
  const ids = pending.map(({ environment }) => environment.id)
  const body = JSON.stringify({ environment_ids: ids, state, comment: '' })
  const { status } = await stage.emulator.fetch(url, { method: 'POST', headers, body })
  expect(status).toBe(200)
}
const later = (options: Partial<ResumeOptions> = {}): ResumeOptions => ({
  git: stage.github(),
  targets: [stage.netlify()],
  fetch: stage.emulator.fetch,
  ...options,
})

describe('a build that waits for an approval', () => {
  const guarded = (reviewer = 'owner') =>
    stage.github({ setup: { visibility: 'public', environments: { live: { reviewers: [reviewer] } } } })
  const options = { build: { where: 'actions', actions: { environment: 'live' } } } as const

  it('is shown, let go on by who may decide, and tells so', async () => {
    const deployment = build({ ...options, git: guarded(), onApproval: () => 'approve' })
    const events = await eventsOf(deployment)
    expect(endOf(events).outcome).toBe('success')
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'approval-wait',
        step: 'build',
        approval: {
          run: String(runs()[0]?.id),
          environments: ['live'],
          reviewers: ['owner'],
          canDecide: true,
          until: null,
          url: expect.stringContaining('/actions/runs/'),
        },
      }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'approval-end', environments: ['live'], decision: 'approve' }),
    )
    expect(stage.emulator.github.state.actions.reviews).toMatchObject([{ environment: 'live', state: 'approved' }])
  })

  it('ends with a clear error where it is rejected, and asks again when it is resumed', async () => {
    const storage = memoryStorage()
    const first = build({ ...options, git: guarded(), storage, onApproval: () => 'reject' })
    expect(endOf(await eventsOf(first))).toMatchObject({ outcome: 'failure', error: { code: 'build-rejected' } })
    expect(stage.emulator.netlify.state.deploys.size).toBe(0)
    const again = resume(first.id, later({ git: guarded(), storage, onApproval: () => 'approve' }))
    expect(endOf(await eventsOf(again)).outcome).toBe('success')
    expect(runs()).toMatchObject([{ attempt: 2 }])
  })

  it('asks nobody who may not decide, and shows who may', async () => {
    const repository = await stage.emulator.github.state.create(stage.emulator.accounts.owner, 'shop', {})
    repository.collaborators.set('stranger', 'push')
    let asked = 0
    const onApproval = () => {
      asked += 1
      return 'approve' as const
    }
    const deployment = build({ ...options, git: guarded('stranger'), onApproval })
    const shown: unknown[] = []
    let state = initialState
    for await (const event of deployment.events) {
      state = reduce(state, event)
      if (event.type !== 'approval-wait') continue
      shown.push(event.approval)
      expect(state.runs).toMatchObject([{ approval: event.approval, followed: true }])
      expect(estimateProgress(state, event.time).remaining).toBeNull()
      deployment.cancel()
    }
    // Nobody waits any more, whatever became of it.
    expect(state).toMatchObject({ status: 'canceled', runs: [{ step: 'build', approval: null, followed: false }] })
    expect(shown).toMatchObject([{ canDecide: false, reviewers: ['stranger'] }])
    expect(asked).toBe(0)
  })

  it('goes on to wait in a new tab, which may decide', async () => {
    const storage = memoryStorage()
    const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) }
    const tab = openTab({ storage, clock, fetch: stage.emulator.fetch })
    const { id, events } = build({
      ...options,
      git: guarded(),
      storage: tab.storage,
      clock: tab.clock,
      fetch: tab.fetch,
    })
    for await (const event of events) if (event.type === 'approval-wait') break
    tab.kill()
    const resumed = resume(id, later({ git: guarded(), storage, onApproval: () => 'approve' }))
    expect(endOf(await eventsOf(resumed)).outcome).toBe('success')
    expect(runs()).toHaveLength(1)
  })

  it('fails where the function that decides fails', async () => {
    const onApproval = () => {
      throw new Error('no window')
    }
    const end = endOf(await eventsOf(build({ ...options, git: guarded(), onApproval })))
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'on-approval-failed' } })
  })

  it('may be decided elsewhere, while somebody still thinks here', async () => {
    const never = () => new Promise<'wait'>(() => undefined)
    const deployment = build({ ...options, git: guarded(), onApproval: never })
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type === 'approval-wait') await decideElsewhere('approved')
    }
    expect(endOf(events).outcome).toBe('success')
    expect(events).toContainEqual(expect.objectContaining({ type: 'approval-end', decision: null }))
  })

  it('is known as rejected where that was done elsewhere', async () => {
    const deployment = build({ ...options, git: guarded() })
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type === 'approval-wait') await decideElsewhere('rejected')
    }
    expect(endOf(events)).toMatchObject({ outcome: 'failure', error: { code: 'build-rejected' } })
  })

  it('tells until when it waits where only a time has to pass', async () => {
    const git = stage.github({ setup: { visibility: 'public', environments: { live: { waitTimer: 30 } } } })
    const deployment = build({ ...options, git, onApproval: () => 'reject' })
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type !== 'approval-wait') continue
      const { until, canDecide, reviewers } = event.approval
      expect([canDecide, reviewers]).toEqual([false, []])
      expect(Math.abs((until ?? 0) - Date.now() - 30 * 60_000)).toBeLessThan(60_000)
      skipped += 31 * 60_000
    }
    expect(endOf(events).outcome).toBe('success')
    expect(events.filter(({ type }) => type === 'approval-wait')).toHaveLength(1)
  })

  it('is decided once, though the answer is lost', async () => {
    const fault = { kind: 'reset-after' } as const
    stage.emulator.faults.add({ provider: 'github', method: 'POST', path: /pending_deployments$/, times: 1, fault })
    const events = await eventsOf(build({ ...options, git: guarded(), onApproval: () => 'approve' }))
    expect(endOf(events).outcome).toBe('success')
    expect(stage.emulator.github.state.actions.reviews).toHaveLength(1)
  })
})
