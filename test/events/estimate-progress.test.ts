import { describe, expect, it } from 'vitest'
import type { DeploymentEvent } from '../../src/events/index.js'
import { estimateProgress, initialState, type Progress, reduce } from '../../src/events/index.js'
import type { HostApproval } from '../../src/spec/host-build.js'
import { bodies, deployment, error, planStep, record, result, stamp } from './made-events.js'

/** What a page shows that looks four times a second while the events come in. */
function watch(events: readonly DeploymentEvent[]): Progress[] {
  const seen: Progress[] = []
  const last = events.at(-1)?.time ?? stamp.time
  let state = initialState
  let next = 0
  for (let now = stamp.time; now <= last; now += 250) {
    seen.push(estimateProgress(state, now))
    for (let event = events[next]; event && event.time <= now; event = events[next]) {
      state = reduce(state, event)
      seen.push(estimateProgress(state, now))
      next += 1
    }
  }
  return seen
}

const progressAfter = (events: readonly DeploymentEvent[], seconds: number): Progress =>
  estimateProgress(events.reduce(reduce, initialState), stamp.time + seconds * 1000)

describe('the progress of a deployment', () => {
  it('never falls, and is whole in the end', () => {
    const fractions = watch(deployment).map(({ fraction }) => fraction)
    expect(fractions).toEqual(fractions.toSorted((one, other) => one - other))
    expect(fractions[0]).toBe(0)
    expect(fractions.at(-1)).toBe(1)
    expect(new Set(fractions).size).toBeGreaterThan(40)
  })

  it('leaves ever less time while all goes as planned, and none in the end', () => {
    const left = watch(deployment).flatMap(({ remaining }) => (remaining === null ? [] : [remaining]))
    expect(left[0]).toBe(15_000)
    expect(left).toEqual(left.toSorted((one, other) => other - one))
    expect(left.at(-1)).toBe(0)
  })

  it('says nothing of the time before there is a plan', () => {
    expect(progressAfter(deployment.slice(0, 4), 1)).toEqual({ fraction: 0, remaining: null })
  })

  it('counts the longest chain of steps, not their sum', () => {
    const planned = {
      type: 'plan-create',
      plan: {
        steps: [
          planStep('a', [], 3000),
          planStep('b', [], 8000),
          planStep('c', ['a'], 4000),
          planStep('d', ['b'], 500),
        ],
        warnings: [],
      },
    } as const
    expect(
      progressAfter(
        record([
          [0, null, bodies['deployment-start']],
          [0, null, planned],
        ]),
        0,
      ).remaining,
    ).toBe(8500)
  })

  it('leaves more time where the steps so far were slower than planned', () => {
    const events = (seconds: number) =>
      record([
        [0, null, bodies['deployment-start']],
        [0, null, bodies['plan-create']],
        [0, 'site', bodies['step-start']],
        [seconds, 'site', { type: 'step-end', duration: seconds * 1000, summary: '' }],
      ])
    const [quick, planned, slow] = [0.5, 1, 3].map((seconds) => progressAfter(events(seconds), seconds).remaining)
    expect([quick, planned, slow]).toEqual([7500, 15_000, 45_000])
  })

  it('does not take what ran before the plan for slowness', () => {
    const events = deployment.map((event, index) => (index < 2 ? { ...event, time: event.time - 60_000 } : event))
    expect(progressAfter(events.slice(0, 9), 2).remaining).toBe(progressAfter(deployment.slice(0, 9), 2).remaining)
  })

  it('is not whole before the last step has ended, however long that takes', () => {
    const events = [
      ...deployment.slice(0, 24),
      ...record([[15, 'verify', { type: 'step-progress', done: 3, total: 3, unit: 'files' }]]),
    ]
    const { fraction, remaining } = progressAfter(events, 3600)
    expect(fraction).toBeLessThan(1)
    expect(remaining).toBeGreaterThan(0)
  })

  it('stands still after a failure, wherever it was', () => {
    const failed = [
      ...deployment.slice(0, 9),
      ...record([
        [3, 'build', bodies['step-error']],
        [3, null, { type: 'deployment-end', outcome: 'failure', error, duration: 3000 }],
      ]),
    ]
    const { fraction, remaining } = progressAfter(failed, 3)
    expect(fraction).toBeGreaterThan(0)
    expect(remaining).toBeNull()
    expect(progressAfter(failed, 3600)).toEqual({ fraction, remaining })
  })

  it('says nothing of the time while somebody has to let a run go on', () => {
    const waiting = (change: Partial<HostApproval>) =>
      record([
        [0, null, bodies['deployment-start']],
        [0, null, bodies['plan-create']],
        [0, 'build', bodies['step-start']],
        [0, 'build', bodies['run-start']],
        [0, 'build', { type: 'approval-wait', approval: { ...bodies['approval-wait'].approval, ...change } }],
      ])
    const until = stamp.time + 3_600_000
    const { fraction, remaining } = progressAfter(waiting({ until }), 1)
    expect(fraction).toBeGreaterThan(0)
    expect(remaining).toBeNull()
    expect(progressAfter(waiting({ reviewers: [] }), 1).remaining).toBeNull()
    // Only a time has to pass.
    const timed = waiting({ reviewers: [], until })
    expect(progressAfter(timed, 0).remaining).toBe(3_600_000 + 15_000)
    expect(progressAfter(timed, 3600).remaining).toBeLessThan(15_000)
    const decided = [...waiting({}), ...record([[0, 'build', bodies['approval-end']]])]
    expect(progressAfter(decided, 0).remaining).toBe(15_000)
  })

  it('of a dry run is whole with its plan', () => {
    const events = record([
      [0, null, bodies['deployment-start']],
      [0, null, bodies['plan-create']],
      [0, null, { type: 'deployment-end', outcome: 'success', duration: 0, result: { ...result, outcome: 'planned' } }],
    ])
    expect(progressAfter(events, 0)).toEqual({ fraction: 1, remaining: 0 })
  })
})
