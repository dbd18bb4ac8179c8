import { parseArgs } from 'node:util'
import { refer } from '../test/faults/run.js'
import { both, first, second } from '../test/faults/scenarios.js'
import { createTable } from '../test/faults/table.js'
import { walk } from '../test/faults/walk.js'
import { startBench } from '../test/faults/world.js'

// Troubles deployments at random: `npm run chaos -- --seed 7 --runs 500`; `--only 123` repeats one of these runs.
const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '200' }, only: { type: 'string' } },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const runs = Number(values.runs)
const numbers = values.only === undefined ? Array.from({ length: runs }, (_, run) => run) : [Number(values.only)]
if (!Number.isSafeInteger(seed) || numbers.some((number) => !Number.isSafeInteger(number)))
  throw new TypeError('--seed, --runs and --only take whole numbers')

const bench = await startBench()
const references = []
for (const scenario of [first, second, both]) references.push(await refer(bench, scenario))
const table = createTable()
const { stdout } = process
let failed = false

for (const [done, run] of numbers.entries()) {
  const { scenario, outcome, script, problems } = await walk(bench, references, seed, run)
  table.add(scenario, outcome, problems.length > 0)
  const share = Math.round(((done + 1) / numbers.length) * 30)
  if (stdout.isTTY) stdout.write(`\r${'█'.repeat(share)}${'░'.repeat(30 - share)} ${done + 1}/${numbers.length} `)
  if (problems.length > 0 || values.only !== undefined) {
    failed ||= problems.length > 0
    const told = [`${scenario}, seed ${seed}, run ${run}:`, ...script, ...problems.map((problem) => `✗ ${problem}`)]
    stdout.write(`\n${told.join('\n')}\n`)
  }
  if (problems.length > 0) {
    stdout.write(`Repeat it by: npm run chaos -- --seed ${seed} --only ${run}\n`)
    if (values.only === undefined) break
  }
}

stdout.write(`${table.print(`seed ${seed}`)}`)
await bench.close()
process.exitCode = failed ? 1 : 0
