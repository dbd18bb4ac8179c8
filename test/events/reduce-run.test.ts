import { describe, expect, it } from 'vitest'
import { initialState, reduce } from '../../src/events/reduce.js'
import type { EventBody } from '../../src/spec/event.js'
import { bodies, error, job, record, run } from './made-events.js'

const runsAfter = (...told: readonly (readonly [step: string | null, body: EventBody])[]) =>
  record(told.map(([step, body], second) => [second, step, body])).reduce(reduce, initialState).runs
const runAfter = (...told: readonly EventBody[]) =>
  runsAfter(...told.map((body) => ['build', body] as const)).find(({ step }) => step === 'build')
const published = { ...run, id: '9', url: `${run.url}9` }

const jobStep = (number: number, state: string) => {
  return {
    type: 'run-step',
    run: run.id,
    jobStep: { job: job.id, number, name: `${number}`, state, conclusion: null, startedAt: null, endedAt: null },
  } as const
}

describe('the state of a run on a git host', () => {
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
      step: 'build',
      host: 'GitHub Actions',
      approval: null,
      followed: true,
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
    expect(runsAfter(['build', bodies['run-job']], ['build', bodies['approval-wait']])).toEqual([])
  })

  it('stands beside those of other steps, in the order in which they began', () => {
    const runs = runsAfter(
      ['build', bodies['run-start']],
      ['build', bodies['run-job']],
      ['publish', { ...bodies['run-start'], run: published }],
      ['publish', { ...bodies['run-job'], run: published.id }],
      // Told of a run that the step has no longer.
      ['publish', { ...bodies['run-job'], job: { ...job, id: '10' } }],
      ['build', { ...bodies['run-start'], run: { ...run, attempt: 2 } }],
    )
    expect(runs.map(({ step, id, attempt, jobs }) => [step, id, attempt, jobs.length])).toEqual([
      ['build', run.id, 2, 0],
      ['publish', published.id, 1, 1],
    ])
  })

  it('waits for nothing once nobody follows it: its step has ended, or the deployment, or it goes on elsewhere', () => {
    const canceled = { type: 'deployment-end', outcome: 'canceled', error, duration: 1 } as const
    for (const [step, end] of [
      ['build', bodies['step-end']],
      ['build', bodies['step-error']],
      ['build', bodies['step-cancel']],
      [null, canceled],
      [null, bodies['deployment-end']],
      [null, bodies['deployment-resume']],
    ] as const) {
      const [built, other] = runsAfter(
        ['build', bodies['run-start']],
        ['build', bodies['run-job']],
        ['build', bodies['approval-wait']],
        ['publish', { ...bodies['run-start'], run: published }],
        [step, end],
      )
      expect(built, end.type).toMatchObject({ approval: null, followed: false, jobs: [{ state: 'in_progress' }] })
      expect(other?.followed, end.type).toBe(step !== null)
    }
    expect(runAfter(bodies['run-start'], bodies['step-cancel'], bodies['run-start'])?.followed).toBe(true)
  })
})
