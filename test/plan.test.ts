import { describe, expect, it } from 'vitest'
import { defineStep, type Step } from '../src/engine/step.js'
import { formatPlan, planOf } from '../src/plan.js'
import type { PlanLine } from '../src/spec/plan.js'

function step(id: string, line: Partial<PlanLine>, after: readonly Step<unknown>[] = []): Step<string> {
  return defineStep({
    id,
    title: `Do ${id}`,
    needs: {},
    after,
    line: { description: `does ${id}`, files: null, bytes: null, requests: null, duration: 1000, ...line },
    timeLimit: 1000,
    run: async () => id,
    summarize: (output) => output,
  })
}

const survey = step('survey', {})
const build = step('build', { files: 0, bytes: 0 }, [survey])
const commit = step('commit', { files: 12, bytes: 34_567, requests: { least: 4, most: 9 } }, [build])
const publish = step('publish', { requests: { least: 3, most: null } }, [build, commit])
const single = step('a much longer name', { files: 1000, bytes: 0, requests: { least: 2, most: 2 } }, [publish])
const plan = planOf(
  [build, commit, publish, single],
  [
    { code: 'project-note', message: 'package.json has no version.', hint: '' },
    { code: 'project-note', message: 'There is no 404 page.', hint: 'Add one.' },
  ],
)

describe('a plan', () => {
  it('tells what each step does and which steps of the plan it waits for', () => {
    expect(plan.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['build', []], // what ran before the plan is no part of it
      ['commit', ['build']],
      ['publish', ['build', 'commit']],
      ['a much longer name', ['publish']],
    ])
    expect(plan.steps[1]).toEqual({
      id: 'commit',
      title: 'Do commit',
      needs: ['build'],
      description: 'does commit',
      files: 12,
      bytes: 34_567,
      requests: { least: 4, most: 9 },
      duration: 1000,
    })
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })
})

describe('a printed plan', () => {
  const lines = formatPlan(plan).split('\n')

  it('is a table with a line for each step, and its warnings below', () => {
    expect(lines).toHaveLength(1 + 4 + 2)
    expect(lines.slice(-2)).toEqual(['Note: package.json has no version.', 'Note: There is no 404 page. Add one.'])
    for (const line of lines) expect(line).toBe(line.trimEnd())
  })

  it('has its columns one below the other', () => {
    const table = lines.slice(0, 5)
    const header = table[0] ?? ''
    const last = header.indexOf('What it does')
    for (const { id } of plan.steps) {
      const row = table.find((line) => line.startsWith(`Do ${id} `)) ?? ''
      expect(row.indexOf(`does ${id}`)).toBe(last)
    }
    // Numbers stand to the right, each under the end of its heading.
    for (const [heading, number] of [
      ['Files', '1000'],
      ['Size', '0 B'],
      ['Requests', '2'],
    ] as const) {
      const end = header.indexOf(heading) + heading.length
      expect(table.at(-1)?.slice(0, end).endsWith(` ${number}`)).toBe(true)
    }
  })

  it.each([
    ['only the build can tell', 'publish', ['?', '?', '3+']],
    ['is known within bounds', 'commit', ['12', '35 kB', '4-9']],
    ['is known exactly', 'a much longer name', ['1000', '0 B', '2']],
    ['a step has no use for', 'build', []],
  ])('shows what %s', (_what, id, cells) => {
    const row = lines.find((line) => line.startsWith(`Do ${id} `)) ?? ''
    const between = row.slice(`Do ${id}`.length, row.indexOf(`does ${id}`))
    expect(between.split(/ {2,}/).filter(Boolean)).toEqual(cells)
  })

  it('of nothing is its heading', () => {
    expect(formatPlan({ steps: [], warnings: [] })).toBe('Step  Files  Size  Requests  What it does')
  })
})
