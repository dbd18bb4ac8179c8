import { describe, expect, it } from 'vitest'
import type { DeploymentEvent } from '../../src/events/index.js'
import { type DeploymentState, initialState, reduce } from '../../src/events/index.js'
import type { Commit } from '../../src/spec/git-host.js'
import {
  bodies,
  commit,
  deployment,
  error,
  oneOfEach,
  plan,
  project,
  record,
  release,
  repository,
  result,
  site,
  stamp,
  verification,
} from './made-events.js'

const replay = (events: readonly DeploymentEvent[]): DeploymentState => events.reduce(reduce, initialState)

/** Makes every change to a value, however deep, an error. */
function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

describe('the state of a deployment', () => {
  it('is the same whenever, wherever and from whichever copy of its events it is made', () => {
    const copies: DeploymentEvent[] = JSON.parse(JSON.stringify(deployment))
    expect(replay(copies)).toEqual(replay(deployment))
    const half = replay(deployment.slice(0, 12))
    expect(deployment.slice(12).reduce(reduce, JSON.parse(JSON.stringify(half)))).toEqual(replay(deployment))
  })

  it('is made without a change to what it is made from', () => {
    const events = freeze(structuredClone([...deployment, ...oneOfEach]))
    let state = freeze(structuredClone(initialState))
    for (const event of events) state = freeze(reduce(state, event))
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })

  it('holds all that lasts of a deployment that went well', () => {
    const state = replay(deployment)
    expect(state).toMatchObject({
      deployment: stamp.deployment,
      status: 'success',
      startedAt: stamp.time,
      endedAt: stamp.time + 16_000,
      project,
      plan,
      excluded: [{ path: '.env', reason: 'secret' }],
      sites: [{ target: 'netlify', site }],
      releases: [release],
      verifications: [verification],
      result,
      error: null,
    })
  })

  it('has the steps that ran before the plan first, then the plan’s in its order', () => {
    const { steps } = replay(deployment)
    expect(steps.map(({ id, title, status }) => [id, title, status])).toEqual([
      ['detect', 'Detect the project', 'done'],
      ['site', 'site', 'done'],
      ['build', 'build', 'done'],
      ['publish', 'publish', 'done'],
      ['verify', 'verify', 'done'],
    ])
    expect(steps[1]).toMatchObject({
      startedAt: stamp.time + 1000,
      endedAt: stamp.time + 2000,
      summary: 'site ended',
    })
  })

  it('follows a step from waiting to its end', () => {
    const of = (count: number) => replay(deployment.slice(0, count)).steps.find(({ id }) => id === 'publish')
    expect(of(5)).toMatchObject({ status: 'waiting', startedAt: null, files: null })
    expect(of(14)).toMatchObject({ status: 'waiting', files: 3, bytes: 300, requests: { least: 1, most: null } })
    expect(of(16)).toMatchObject({ status: 'running', startedAt: stamp.time + 11_000, progress: null })
    expect(of(20)).toMatchObject({ status: 'running', progress: { done: 100, total: 300, unit: 'bytes' } })
    expect(of(23)).toMatchObject({ status: 'done', summary: 'publish ended' })
  })

  it('shows which step failed, which were cancelled and which never ran', () => {
    const events = record([
      [0, null, bodies['deployment-start']],
      [0, null, bodies['plan-create']],
      [0, 'site', bodies['step-start']],
      [0, 'build', bodies['step-start']],
      [1, 'build', bodies['step-error']],
      [1, 'site', bodies['step-cancel']],
      [1, null, { type: 'deployment-end', outcome: 'failure', error, duration: 1000 }],
    ])
    const state = replay(events)
    expect(state).toMatchObject({ status: 'failure', error, result: null })
    expect(state.steps.map(({ status }) => status)).toEqual(['canceled', 'failed', 'waiting', 'waiting'])
    expect(state.steps[1]).toMatchObject({ error, endedAt: stamp.time + 1000 })
  })

  it('gathers warnings, commits and the repository', () => {
    const told = (['warning', 'commit-ready', 'repository-ready'] as const).map(
      (type) => [0, null, bodies[type]] as const,
    )
    expect(replay(record([...told, ...told]))).toMatchObject({
      warnings: [
        { message: 'no 404 page', hint: 'Add one.' },
        { message: 'no 404 page', hint: 'Add one.' },
      ],
      commits: [commit],
      repository,
    })
    const other: Commit = { ...commit, branch: 'gh-pages' }
    const both = record([
      [0, null, bodies['commit-ready']],
      [0, null, { type: 'commit-ready', commit: other }],
    ])
    expect(replay(both).commits).toEqual([commit, other])
  })

  it('goes on where an earlier run broke off: what was done stays done, what was not waits again', () => {
    const failed = record([
      [0, null, bodies['deployment-start']],
      [0, null, bodies['plan-create']],
      [0, 'site', bodies['step-start']],
      [1, 'site', bodies['step-end']],
      [1, 'build', bodies['step-start']],
      [2, 'build', bodies['step-error']],
      [2, null, bodies['network-offline']],
    ])
    const state = replay(failed)
    expect(state.offline).toBe(true)
    const [resumed, skipped] = record([
      [3, null, bodies['deployment-resume']],
      [3, 'build', bodies['step-skip']],
    ])
    if (!resumed || !skipped) throw new Error('no events were made')
    const after = reduce(state, resumed)
    expect(after).toMatchObject({ status: 'running', resumed: true, offline: false })
    expect(after.steps.map(({ status }) => status)).toEqual(['done', 'waiting', 'waiting', 'waiting'])
    expect(after.steps[1]).toMatchObject({ error: null, startedAt: null, progress: null })
    expect(reduce(after, skipped).steps[1]).toMatchObject({ status: 'done', summary: 'acme-shop is there' })
  })

  it('forgets that a step was left in the middle as soon as it goes on, and nothing else', () => {
    const warn = (code: string) => ({ type: 'warning', code, message: code, hint: '' }) as const
    const told = [
      [0, 'build', bodies['step-start']],
      [1, 'build', warn('note')],
      [1, 'build', warn('remote-kept')],
      [1, 'publish', warn('cancel-failed')],
      [1, null, warn('remote-kept')],
      [2, null, bodies['deployment-resume']],
    ] as const
    const shown = (events: readonly DeploymentEvent[]) =>
      replay(events).warnings.map(({ step, code }) => [step, code] as const)
    const before = [
      ['build', 'note'],
      ['build', 'remote-kept'],
      ['publish', 'cancel-failed'],
      [null, 'remote-kept'],
    ] as const
    expect(shown(record(told))).toEqual(before)
    const again = record([...told, [3, 'build', bodies['step-start']]])
    expect(shown(again)).toEqual(before.filter((_, index) => index !== 1))
    const failed = record([...told, [3, 'build', bodies['step-start']], [4, 'build', warn('remote-kept')]])
    expect(shown(failed).filter(([step, code]) => step === 'build' && code === 'remote-kept')).toHaveLength(1)
  })

  it('is not changed by what tells of the moment only', () => {
    const momentary = [
      'process-start',
      'process-output',
      'process-end',
      'log-line',
      'files-collect',
      'upload-start',
      'release-state',
      'request-retry',
      'transport-change',
    ] as const
    const state = replay(deployment.slice(0, 10))
    for (const type of momentary) expect(reduce(state, { ...stamp, step: 'build', ...bodies[type] })).toBe(state)
  })
})
