import { parseArgs } from 'node:util'
import { type Benchmark, type Figure, measure, toNotes, toTable } from './harness.js'
import { publish } from './publish.js'
import { changedPush, firstPush } from './push.js'
import { relayUpload } from './relay.js'

// npm run bench [-- --rounds 7] [words of the names of those to run]
const sizes = [10, 1000, 10_000]
const benchmarks: readonly Benchmark[] = [
  ...[10, 1000, 5000].map(publish),
  ...sizes.map(firstPush),
  ...sizes.map(changedPush),
  relayUpload,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a number from 1')

const figures: Figure[] = []
for (const benchmark of benchmarks) {
  if (!positionals.every((word) => benchmark.name.includes(word))) continue
  process.stderr.write(`${benchmark.name}: ${rounds} rounds\n`)
  figures.push(...(await measure(benchmark, rounds)))
}
process.stdout.write(`${toTable(figures)}\n`)
const notes = toNotes(figures)
if (notes !== '') process.stdout.write(`\n${notes}`)
