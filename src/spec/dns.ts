/** Types of records that are asked for. */
export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'NS'

/**
 * Asks the DNS for the records of one type of one name. Addresses and names come without a dot at the end, texts without quotes; an
 * empty list where there is none. Rejects where the DNS could not be asked.
 */
export type ResolveDns = (name: string, type: DnsType) => Promise<readonly string[]>

/** How the DNS is asked: by a function, or over HTTPS at an address that answers with `application/dns-json`. */
export type DnsSource = ResolveDns | string
