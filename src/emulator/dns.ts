import { anyOrigin } from './cross-origin.js'
import type { Handler } from './serve.js'

/** Types of records that the emulated DNS has; numbers by IANA's "DNS Parameters". */
const numbers = { A: 1, NS: 2, CNAME: 5, TXT: 16, AAAA: 28 } as const

/** Others that a resolver may be asked for, and that no name here has. */
const otherNumbers = { SOA: 6, PTR: 12, MX: 15, SRV: 33, DS: 43, DNSKEY: 48, SVCB: 64, HTTPS: 65, CAA: 257 } as const

/** Type of a record. */
export type EmulatedRecordType = keyof typeof numbers

/** The DNS as everyone sees it: those who deploy, over HTTPS, and the emulated providers. */
export interface EmulatedDns {
  /** Sets all records of one type of a name, in the place of those that it has; an empty list removes them. */
  set(name: string, type: EmulatedRecordType, values: readonly string[]): void
  /** The values that a name has, as a resolver finds them: those behind a canonical name, too. */
  resolve(name: string, type: EmulatedRecordType): readonly string[]
  /** All records that were set. */
  records(): readonly EmulatedRecord[]
  /** A resolver over HTTPS, as Cloudflare's documents, "Using JSON", describe theirs. */
  readonly handler: Handler
}

/** One record that was set. */
export interface EmulatedRecord {
  readonly name: string
  readonly type: EmulatedRecordType
  readonly value: string
}

/** What providers have in the DNS themselves. */
const providers: readonly EmulatedRecord[] = [
  { name: 'apex-loadbalancer.netlify.com', type: 'A', value: '75.2.60.5' },
  { name: 'apex-loadbalancer.netlify.com', type: 'A', value: '99.83.231.61' },
  { name: 'cname.vercel-dns.com', type: 'A', value: '76.76.21.21' },
]

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** How an emulated DNS is made. */
export interface DnsOptions {
  /** Whether pages may read the answers, as those of public resolvers over HTTPS are meant to be. @default true */
  readonly cors?: boolean
}

/** Makes a DNS that knows nothing but the providers' own names. */
export function createDns({ cors = true }: DnsOptions = {}): EmulatedDns {
  let set: readonly EmulatedRecord[] = []
  const find = (name: string, type: EmulatedRecordType) =>
    [...set, ...providers].filter((record) => record.name === name && record.type === type)

  /** The records that answer a question, in order: canonical names first. */
  function chain(asked: string, type: EmulatedRecordType): readonly EmulatedRecord[] {
    const answers: EmulatedRecord[] = []
    let name = plain(asked)
    // Longer chains than this resolvers give up on, too.
    for (let hops = 0; hops < 8; hops += 1) {
      const own = find(name, type)
      const [canonical] = type === 'CNAME' ? [] : find(name, 'CNAME')
      answers.push(...own)
      if (own.length > 0 || !canonical) return answers
      answers.push(canonical)
      name = plain(canonical.value)
    }
    return answers
  }

  function answer(name: string, number: number): Record<string, unknown> {
    const type = typeOf(number)
    const records = type ? chain(name, type) : []
    const isKnown = [...set, ...providers].some(
      (one) => one.name === plain(name) || one.name.endsWith(`.${plain(name)}`),
    )
    return {
      Status: isKnown ? 0 : 3,
      ...{ TC: false, RD: true, RA: true, AD: false, CD: false },
      Question: [{ name: `${plain(name)}.`, type: number }],
      ...(records.length > 0 && {
        Answer: records.map((record) => ({
          name: `${record.name}.`,
          type: numbers[record.type],
          TTL: 300,
          data: dataOf(record),
        })),
      }),
    }
  }

  return {
    set(name, type, values) {
      if (!Object.hasOwn(numbers, type)) throw new TypeError(`The emulated DNS has no records of the type ${type}.`)
      const others = set.filter((record) => record.name !== plain(name) || record.type !== type)
      set = [...others, ...values.map((value) => ({ name: plain(name), type, value }))]
    },
    resolve: (name, type) => chain(name, type).flatMap((one) => (one.type === type ? [plain(one.value)] : [])),
    records: () => set,
    handler(request) {
      const { searchParams } = new URL(request.url)
      const name = searchParams.get('name') ?? ''
      const number = numberOf(searchParams.get('type') ?? 'A')
      const headers = { ...(cors && anyOrigin), 'Content-Type': 'application/dns-json' }
      const refuse = (error: string) => Response.json({ error }, { status: 400, headers })
      if (request.method !== 'GET') return refuse('Invalid request method')
      const accepted = `${request.headers.get('Accept') ?? ''},${searchParams.get('ct') ?? ''}`
      if (!/\bapplication\/dns-json\b/.test(accepted)) return refuse('Invalid Accept header')
      if (!/^[\w-]{1,63}(?:\.[\w-]{1,63})*\.?$/.test(name) || name.length > 254) return refuse('Invalid query name')
      if (number === undefined) return refuse('Invalid query type')
      return new Response(JSON.stringify(answer(name, number)), { headers })
    },
  }
}

/** Of a type as a client writes it: its name, or its number. */
function numberOf(type: string): number | undefined {
  const known: Readonly<Record<string, number>> = { ...numbers, ...otherNumbers }
  if (/^\d+$/.test(type)) return Number(type) > 0 && Number(type) < 65_536 ? Number(type) : undefined
  const name = type.toUpperCase()
  return Object.hasOwn(known, name) ? known[name] : undefined
}

function typeOf(number: number): EmulatedRecordType | undefined {
  return (Object.keys(numbers) as EmulatedRecordType[]).find((type) => numbers[type] === number)
}

function dataOf({ type, value }: EmulatedRecord): string {
  if (type === 'TXT') return `"${value}"`
  return type === 'A' || type === 'AAAA' ? value : `${plain(value)}.`
}
