import type { Outcome } from './run.js'

/** Counts what runs came to. */
export interface Table {
  add(part: string, outcome: Outcome, different: boolean): void
  readonly runs: number
  /** Runs whose end state was not the one of the run without faults. */
  readonly different: number
  print(title: string): string
}

const outcomes: readonly Outcome[] = ['survived', 'retried', 'resumed', 'failed, then resumed']

/** @returns an empty table. */
export function createTable(): Table {
  const rows = new Map<string, Map<Outcome | 'runs' | 'duplicates', number>>()
  let runs = 0
  let different = 0
  return {
    add(part, outcome, isDifferent) {
      const row = rows.get(part) ?? new Map()
      rows.set(part, row)
      const count = (name: Outcome | 'runs' | 'duplicates') => row.set(name, (row.get(name) ?? 0) + 1)
      count('runs')
      count(outcome)
      runs += 1
      if (!isDifferent) return
      count('duplicates')
      different += 1
    },
    get runs() {
      return runs
    },
    get different() {
      return different
    },
    print(title) {
      const columns = ['runs', ...outcomes, 'duplicates'] as const
      const first = Math.max(title.length, ...[...rows.keys()].map((part) => part.length))
      const line = (name: string, cells: readonly string[]) =>
        [name.padEnd(first), ...cells.map((cell, index) => cell.padStart(columns[index]?.length ?? 0))].join('  ')
      const body = [...rows].map(([part, row]) =>
        line(
          part,
          columns.map((column) => String(row.get(column) ?? 0)),
        ),
      )
      return `\n${[line(title, columns), ...body].join('\n')}\n`
    },
  }
}
