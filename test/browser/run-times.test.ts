import { describe, expect, it } from 'vitest'
import { type RunTimes, runTimesAfter, timeKey } from '../../examples/ide/src/run-times.js'
import type { DeploymentEvent } from '../../src/index.js'

const stamp = { sequence: 0, deployment: 'one', step: 'build' }
const job = (time: number, state: string, conclusion: string | null = null): DeploymentEvent => ({
  ...{ ...stamp, type: 'run-job', time, run: '1' },
  job: { id: '7', name: 'Build', state, conclusion, url: null },
})
const step = (time: number, number: number, state: string, conclusion: string | null = null): DeploymentEvent => ({
  ...{ ...stamp, type: 'run-step', time, run: '1' },
  jobStep: { job: '7', number, name: 'Check out', state, conclusion },
})
const times = (...events: readonly DeploymentEvent[]): RunTimes => events.reduce<RunTimes>(runTimesAfter, new Map())

describe('the times of a run in the example IDE', () => {
  it('begin when a job or a step is seen at work, and end when it is seen to have ended', () => {
    const told = [job(1, 'queued'), job(5, 'in_progress'), step(6, 1, 'in_progress')]
    const found = times(...told, step(9, 1, 'completed', 'success'), job(12, 'completed', 'success'))
    expect(found.get(timeKey('7'))).toEqual({ startedAt: 5, endedAt: 12 })
    expect(found.get(timeKey('7', 1))).toEqual({ startedAt: 6, endedAt: 9 })
  })

  it('are not made up where a step was over before anybody looked, and stay as they are when it is told again', () => {
    const found = times(step(6, 1, 'completed', 'success'), step(6, 2, 'in_progress'), step(8, 2, 'in_progress'))
    expect(found.get(timeKey('7', 1))).toEqual({ startedAt: null, endedAt: 6 })
    expect(found.get(timeKey('7', 2))).toEqual({ startedAt: 6, endedAt: null })
    expect(found.has(timeKey('7'))).toBe(false)
  })
})
