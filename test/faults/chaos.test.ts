import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Reference, refer } from './run.js'
import { both, first, second } from './scenarios.js'
import { createTable } from './table.js'
import { walk } from './walk.js'
import { type Bench, startBench } from './world.js'

const seed = 20_240_101
const runs = 24

const table = createTable()
const references: Reference[] = []
let bench: Bench

beforeAll(async () => {
  bench = await startBench()
  for (const scenario of [first, second, both]) references.push(await refer(bench, scenario))
})

afterAll(async () => {
  process.stdout.write(table.print(`seed ${seed}`))
  await bench.close()
})

describe('a deployment that is troubled at random', () => {
  it.each(Array.from({ length: runs }, (_, run) => [run]))(
    `comes to the end of one without trouble (seed ${seed}, run %i)`,
    async (run) => {
      const { scenario, outcome, script, problems } = await walk(bench, references, seed, run)
      table.add(scenario, outcome, problems.length > 0)
      expect(problems, `${scenario}\n${script.join('\n')}`).toEqual([])
    },
  )

  it('is troubled in the same way by the same seed, and in another way by another run', async () => {
    const scripts = []
    for (const run of [0, 0, 1]) scripts.push((await walk(bench, references, seed, run)).script)
    expect(scripts[1]).toEqual(scripts[0])
    expect(scripts[2]).not.toEqual(scripts[0])
  })
})
