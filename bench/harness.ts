/** One way to do the work of a benchmark. */
export interface Peer {
  readonly name: string
  /** Makes what one round needs; not measured. */
  prepare?(): Promise<void>
  /** Does the work once and gives how much it was, in the unit of the benchmark, or what more there is to tell of it. */
  run(): Promise<number | Work>
  /** What the ratio to the first may be at the most, where the first must be so fast. */
  readonly wanted?: number
}

/** What a peer tells of one round. */
export interface Work {
  /** How much it was, in the unit of the benchmark. */
  readonly units: number
  /** Milliseconds, where the peer measured more closely than from outside. */
  readonly duration?: number
  /** Anything else that was measured, by name, the unit at its end; shown behind the table. */
  readonly measured?: Readonly<Record<string, number>>
}

/** Work that several peers do, so that the figures that count are ratios: a machine's speed is in all of them. */
export interface Benchmark {
  readonly name: string
  /** What is counted: `files`, `MiB`. */
  readonly unit: string
  /** Makes the peers, the measured one first, and what they need; `close` undoes it. */
  open(): Promise<{
    readonly peers: readonly Peer[]
    /** Throws where what the rounds came to is not right. */
    verify?(): Promise<void>
    close?(): Promise<void>
  }>
}

/** What a peer came to. */
export interface Figure {
  readonly benchmark: string
  readonly peer: string
  /** Median of units a second. */
  readonly rate: number
  readonly unit: string
  /** Median of milliseconds a round. */
  readonly duration: number
  /** Rate beside that of the first peer in the same round. */
  readonly ratio: { readonly median: number; readonly least: number; readonly most: number }
  readonly wanted: number | undefined
  /** Medians of what else was measured. */
  readonly measured: Readonly<Record<string, number>>
}

interface Round {
  readonly rate: number
  readonly duration: number
  readonly measured: Readonly<Record<string, number>>
}

/**
 * Measures the peers of a benchmark side by side: every round runs each of them once, beginning with another one each time, so
 * that what slows the machine down for a while slows all of them. A first round is not counted.
 *
 * @throws what a peer throws, and an Error where a peer did nothing
 */
export async function measure(benchmark: Benchmark, rounds: number): Promise<Figure[]> {
  const { peers, verify, close } = await benchmark.open()
  try {
    const measured = new Map(peers.map((peer): [Peer, Round[]] => [peer, []]))
    for (let round = 0; round <= rounds; round++) {
      const first = round % peers.length
      for (const peer of [...peers.slice(first), ...peers.slice(0, first)]) {
        const result = await time(peer)
        if (round > 0) measured.get(peer)?.push(result)
      }
    }
    await verify?.()
    const own = measured.values().next().value ?? []
    return [...measured].map(([peer, results]) => toFigure(benchmark, peer, results, own))
  } finally {
    await close?.()
  }
}

async function time(peer: Peer): Promise<Round> {
  await peer.prepare?.()
  const start = performance.now()
  const result = await peer.run()
  const elapsed = performance.now() - start
  const { units, duration = elapsed, measured = {} } = typeof result === 'number' ? { units: result } : result
  if (!(units > 0)) throw new Error(`${peer.name} did nothing`)
  return { rate: (units / duration) * 1_000, duration, measured }
}

function toFigure({ name, unit }: Benchmark, peer: Peer, results: readonly Round[], own: readonly Round[]): Figure {
  const ratios = results.map(({ rate }, round) => rate / (own[round]?.rate ?? Number.NaN))
  return {
    benchmark: name,
    peer: peer.name,
    unit,
    rate: median(results.map(({ rate }) => rate)),
    duration: median(results.map(({ duration }) => duration)),
    ratio: { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) },
    wanted: peer.wanted,
    measured: Object.fromEntries(
      Object.keys(results[0]?.measured ?? {}).map((name) => [
        name,
        median(results.map(({ measured }) => measured[name] ?? Number.NaN)),
      ]),
    ),
  }
}

/** The value in the middle; of two in the middle, their mean. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN
  return (low + high) / 2
}

/** Figures as a table for people: one line a peer, the columns in line. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ benchmark, peer, rate, unit, duration, ratio, wanted }) => {
    const limit = wanted === undefined ? '' : `, ${ratio.median <= wanted ? 'within' : 'NOT within'} ${wanted}`
    const spread = `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)})${limit}`
    return [benchmark, peer, `${toShort(rate)} ${unit}/s`, `${toShort(duration)} ms`, spread]
  })
  const table = [['benchmark', 'peer', 'median rate', 'median time', 'ratio to the first (range)'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What else was measured, one line a peer. Empty where that is nothing. */
export function toNotes(figures: readonly Figure[]): string {
  return figures
    .filter(({ measured }) => Object.keys(measured).length > 0)
    .map(({ benchmark, peer, measured }) => {
      const notes = Object.entries(measured).map(([name, value]) => `${name} ${toShort(value)}`)
      return `${benchmark}, ${peer}: ${notes.join('; ')}\n`
    })
    .join('')
}

/** Three digits that count are all that such a measurement has. */
function toShort(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
