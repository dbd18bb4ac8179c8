import { afterAll, describe, expect, it } from 'vitest'
import { endsAtOnce, kinds, lastingKinds } from './kinds.js'
import { type Death, describeRequest, type Reference, type Run, refer, runFault, runKill } from './run.js'
import type { Scenario } from './scenarios.js'
import { createTable } from './table.js'
import { type Bench, startBench } from './world.js'

/** Labs side by side in one file: while one waits for git, another computes. */
const width = 3

/** Milliseconds: what one test may take where the machine has much else to do. */
const patience = 10 * 60_000

/** Makes the tests of one scenario from its requests and from its writes of the journal. */
export interface Matrix {
  /** Each kind of fault, once, at each request. */
  once(): void
  /** Each kind of fault at each request and at all that come after it; then the fault is lifted and the deployment resumed. */
  lasting(): void
  /** A tab that is killed at each write of the journal and at each request, before it and after it. */
  kills(): void
  /** The table, and the least number of runs that it has to show. */
  end(least: number): void
}

/** Runs the scenario without faults, and makes ready for all the others. */
export async function startMatrix(scenario: Scenario): Promise<Matrix> {
  const benches = await Promise.all(Array.from({ length: width }, startBench))
  const free = [...benches]
  const waiting: ((bench: Bench) => void)[] = []
  const [bench] = benches
  if (!bench) throw new Error('there is no lab')
  const reference: Reference = await refer(bench, scenario)
  const table = createTable()

  async function withBench<Value>(work: (bench: Bench) => Promise<Value>): Promise<Value> {
    const mine = free.pop() ?? (await new Promise<Bench>((resolve) => waiting.push(resolve)))
    try {
      return await work(mine)
    } finally {
      const next = waiting.shift()
      if (next) next(mine)
      else free.push(mine)
    }
  }

  async function check(part: string, label: string, run: (bench: Bench) => Promise<Run>): Promise<string[]> {
    const { outcome, problems, hit, error } = await withBench(run)
    table.add(part, outcome, problems.length > 0)
    const told = [scenario.name, label, hit && `(it struck ${hit})`, error && `(it ended with ${error})`]
    return problems.map((problem) => `${told.filter(Boolean).join(' ')}: ${problem}`)
  }

  function faultTests(part: string, lasting: boolean): void {
    describe.concurrent(`${scenario.name}: a fault that ${lasting ? 'lasts until it is resumed' : 'strikes once'}`, () => {
      it.each(reference.requests.map((request) => [request.index, describeRequest(request)] as const))(
        'at request %i, %s, leaves what a deployment without a fault leaves',
        async (index) => {
          const problems = await Promise.all(
            Object.entries(lasting ? lastingKinds : kinds).map(([kind, fault]) =>
              check(part, `request ${index}, ${kind}${lasting ? ', lasting' : ''}`, (bench) =>
                runFault(bench, reference, { index, fault, lasting, endsAtOnce: endsAtOnce.has(kind) }),
              ),
            ),
          )
          expect(problems.flat()).toEqual([])
        },
        patience,
      )
    })
  }

  function killTests(what: string, deaths: readonly (readonly [string, Death])[]): void {
    describe.concurrent(`${scenario.name}: a tab that is killed at ${what}`, () => {
      it.each(deaths)(
        '%s leaves a deployment that a new tab brings to the same end',
        async (label, death) => {
          expect(await check('killed', label, (bench) => runKill(bench, reference, death))).toEqual([])
        },
        patience,
      )
    })
  }

  return {
    once: () => faultTests('one fault', false),
    lasting: () => faultTests('lasting fault', true),
    kills() {
      const writes = Array.from({ length: reference.writes }, (_, write) =>
        (['before', 'after'] as const).map((when) => [`${when} write ${write}`, { write: { write, when } }] as const),
      )
      const requests = reference.requests.map((request) =>
        (['before it is sent', 'after it was carried out'] as const).map(
          (when) =>
            [
              `request ${request.index}, ${describeRequest(request)}, ${when},`,
              { request: request.index, when },
            ] as const,
        ),
      )
      killTests('a write of the journal', writes.flat())
      killTests('a request', requests.flat())
    },
    end(least) {
      describe(`${scenario.name}: all runs together`, () => {
        it(`are at least ${least}, and none made anything twice`, () => {
          expect(table.runs).toBeGreaterThanOrEqual(least)
          expect(table.different).toBe(0)
        })
      })
      afterAll(async () => {
        process.stdout.write(table.print(scenario.name))
        for (const one of benches) await one.close()
      })
    },
  }
}
