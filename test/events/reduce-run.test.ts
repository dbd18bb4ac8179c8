import { describe, expect, it } from 'vitest'
import { initialState, reduce } from '../../src/events/reduce.js'
import type { EventBody } from '../../src/spec/event.js'
import { bodies, job, record, run } from './made-events.js'

const runAfter = (...told: readonly EventBody[]) =>
  record(told.map((body, second) => [second, 'build', body])).reduce(reduce, initialState).run

const jobStep = (number: number, state: string) => {
  return {
    type: 'run-step',
    run: run.id,
    jobStep: { job: job.id, number, name: `${number}`, state, conclusion: null, startedAt: null, endedAt: null },
  } as const
}

describe('the state of a build on a git host', () => {
  it('holds each job once, with its steps in their order', () => {
    const ended = { ...bodies['run-job'], job: { ...job, state: 'completed', conclusion: 'success' } }
    const state = runAfter(
      bodies['run-start'],
      bodies['run-job'],
      jobStep(2, 'in_progress'),
      jobStep(1, 'completed'),
      jobStep(2, 'completed'),
      ended,
    )
    expect(state).toEqual({
      ...run,
      host: 'GitHub Actions',
      approval: null,
      jobs: [{ ...ended.job, steps: [jobStep(1, 'completed').jobStep, jobStep(2, 'completed').jobStep] }],
    })
  })

  it('knows what it waits for, until it waits no more', () => {
    const waiting = runAfter(bodies['run-start'], bodies['approval-wait'])
    expect(waiting?.approval).toEqual(bodies['approval-wait'].approval)
    expect(runAfter(bodies['run-start'], bodies['approval-wait'], bodies['approval-end'])?.approval).toBeNull()
  })

  it('keeps its jobs where it is found again, and not where it is started again', () => {
    const found = { ...bodies['run-start'], adopted: true }
    expect(runAfter(bodies['run-start'], bodies['run-job'], found)?.jobs).toHaveLength(1)
    const again = { ...found, run: { ...run, attempt: 2 } }
    expect(runAfter(bodies['run-start'], bodies['run-job'], again)).toMatchObject({ attempt: 2, jobs: [] })
  })

  it('is nothing before it has started', () => {
    expect(runAfter(bodies['run-job'], bodies['approval-wait'])).toBeNull()
  })
})
