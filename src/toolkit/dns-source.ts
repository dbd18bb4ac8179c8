import * as z from 'zod/mini'
import type { DnsSource } from '../spec/dns.js'

/** An option that says how the DNS is asked. */
export const dnsSource: z.ZodMiniType<DnsSource> = z.custom<DnsSource>(
  (value) =>
    typeof value === 'function' || (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)),
  'a function, or the address of a resolver over HTTPS',
)
