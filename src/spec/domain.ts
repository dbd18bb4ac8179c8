/** A DNS record, as any registrar's form asks for it. JSON-safe. */
export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'ALIAS' | 'TXT' | 'NS'
  /** The whole name, without a dot at the end: `www.acme.com`. */
  readonly name: string
  /** The name below the zone that is registered, `@` for the zone itself: what most forms ask for. */
  readonly host: string
  readonly value: string
  /** What it is for: leading visitors there, or proving that the domain is its user's. */
  readonly purpose: 'traffic' | 'ownership'
}

/** How far a domain of one's own is. JSON-safe. */
export interface DomainStatus {
  /** Name of the target. */
  readonly target: string
  readonly domain: string
  /** Whether the site is known by it; the others lead to it or serve the same. */
  readonly primary: boolean
  /** What its DNS says: `ready` leads to the provider, `wrong` somewhere else, `missing` nowhere; `unknown` could not be asked. */
  readonly dns: 'ready' | 'missing' | 'wrong' | 'unknown'
  /** The records to set, of which all have to be there. */
  readonly records: readonly DnsRecord[]
  /** What its DNS says now, a line each: `A 192.0.2.1`. */
  readonly found: readonly string[]
  /** `none`: not asked for yet, because the DNS does not lead there. */
  readonly certificate: 'none' | 'pending' | 'issued' | 'failed'
  /** Whether plain HTTP is redirected. */
  readonly httpsForced: boolean
  /** What the provider says is in the way; `null` where nothing is. */
  readonly problem: string | null
}
