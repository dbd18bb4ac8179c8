import * as z from 'zod/mini'
import { OptionsError } from '../errors/options-error.js'
import { RequestError } from '../errors/request-error.js'
import type { Context } from '../spec/context.js'
import type { DnsType, ResolveDns } from '../spec/dns.js'
import { askJson, expectValue } from './ask-json.js'

/** Cloudflare's resolver: its documents, "Using JSON". Pages of any origin may read it. */
const publicResolver = 'https://cloudflare-dns.com/dns-query'
/** IANA, "Domain Name System (DNS) Parameters", resource record types. */
const numbers: Readonly<Record<DnsType, number>> = { A: 1, NS: 2, CNAME: 5, TXT: 16, AAAA: 28 }

const answerSchema = z.object({
  Status: z.number(),
  Answer: z.optional(z.array(z.object({ type: z.number(), data: z.string() }))),
})

/** The way to the DNS that a context has: its own function, or a resolver over HTTPS. */
export function resolverOf(context: Context): ResolveDns {
  const { dns = publicResolver } = context
  if (typeof dns === 'function') {
    return async (name, type) => {
      const found: unknown = await dns(name, type)
      if (!isList(found)) throw noList(name, type)
      return found.map((value) => plain(type, value))
    }
  }
  return async (name, type) => {
    const url = new URL(dns)
    url.searchParams.set('name', name)
    url.searchParams.set('type', type)
    const purpose = `look up ${type} of ${name}`
    const answer = await askJson(context, answerSchema, {
      provider: 'dns',
      purpose,
      method: 'GET',
      url: url.href,
      // A type that a page may send without asking first.
      headers: { accept: 'application/dns-json' },
      transport: 'direct',
      // Who waits for DNS asks again anyway.
      idempotent: false,
    })
    const { Status: status, Answer: records = [] } = expectValue(answer)
    // RFC 1035, 4.1.1: 0 no error, 3 no such name.
    if (status !== 0 && status !== 3) throw dnsFailed(purpose, status)
    return records.filter((record) => record.type === numbers[type]).map(({ data }) => plain(type, data))
  }
}

/** A record's value in the one form that values are compared in. */
function plain(type: DnsType, data: string): string {
  // A text of more than 255 bytes comes in pieces.
  if (type === 'TXT') return data.startsWith('"') ? data.slice(1, -1).replace(/"\s+"/g, '') : data
  return data.replace(/\.$/, '').toLowerCase()
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function noList(name: string, type: DnsType): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `The option dns gave no list of texts for ${type} of ${name}.`,
    hint: 'Correct dns: it gives a list of texts, an empty one where there is no record, and rejects where it could not ask.',
    details: { name, type },
  })
}

function dnsFailed(purpose: string, status: number): RequestError {
  return new RequestError({
    code: 'dns-failed',
    message: `The DNS resolver could not ${purpose}: it answered with the code ${status}.`,
    hint: 'The name servers of the domain may not answer; look again later.',
    retryable: true,
    details: { provider: 'dns', status },
  })
}
