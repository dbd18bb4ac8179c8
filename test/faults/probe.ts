import { endsAtOnce, kinds } from './kinds.js'
import { describeRequest, refer, runFault, runKill } from './run.js'
import { both, first, second } from './scenarios.js'
import { startBench } from './world.js'

const bench = await startBench()
const [which, mode, kindFilter = '', indexFilter = ''] = process.argv.slice(2)
const s = { first, second, both }[which]!
const ref = await refer(bench, s)
console.log(ref.requests.length, 'requests', ref.writes, 'writes')
let n = 0,
  bad = 0
const errors = new Map<string, number>()
const outcomes = new Map<string, number>()
const note = (label: string, r: Awaited<ReturnType<typeof runFault>>, ms: number) => {
  n++
  outcomes.set(r.outcome, (outcomes.get(r.outcome) ?? 0) + 1)
  if (r.error) errors.set(r.error, (errors.get(r.error) ?? 0) + 1)
  if (ms > 4000) console.log('SLOW', label, ms.toFixed())
  if (r.problems.length) {
    bad++
    console.log(
      `✗ ${label} [${r.outcome}] ${r.error ?? ''} ${r.hit ?? ''}\n    ${r.problems.join('\n    ').slice(0, 1500)}`,
    )
  }
}
const t = performance.now()
const cpu = process.cpuUsage()
if (mode === 'kill') {
  for (let w = 0; w < ref.writes; w++)
    for (const when of ['before', 'after'] as const) {
      const t0 = performance.now()
      note(`write ${w} ${when}`, await runKill(bench, ref, { write: { write: w, when } }), performance.now() - t0)
    }
  for (const r of ref.requests)
    for (const when of ['before it is sent', 'after it was carried out'] as const) {
      const t0 = performance.now()
      note(
        `request ${r.index} ${describeRequest(r)} ${when}`,
        await runKill(bench, ref, { request: r.index, when }),
        performance.now() - t0,
      )
    }
} else
  for (const r of ref.requests) {
    if (indexFilter && !indexFilter.split(',').includes(String(r.index))) continue
    for (const [kind, fault] of Object.entries(kinds)) {
      if (kindFilter && !new RegExp(kindFilter).test(kind)) continue
      const t0 = performance.now()
      note(
        `${r.index} ${describeRequest(r)} ${kind} ${mode}`,
        await runFault(bench, ref, {
          index: r.index,
          fault,
          lasting: mode === 'lasting',
          endsAtOnce: endsAtOnce.has(kind),
        }),
        performance.now() - t0,
      )
    }
  }
const used = process.cpuUsage(cpu)
console.log(
  n,
  'runs',
  bad,
  'bad',
  (performance.now() - t).toFixed(),
  'ms',
  (used.user + used.system) / 1000 / n,
  'cpu ms each',
  Object.fromEntries(outcomes),
  Object.fromEntries(errors),
)
await bench.close()
