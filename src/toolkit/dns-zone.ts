import type { ResolveDns } from '../spec/dns.js'

/**
 * The zone that a name belongs to, which is what a registrar's form is for: the nearest name above that has name servers of its own.
 * Where the DNS does not tell, its last two labels, or three below a country's `co`, `com` and the like.
 */
export async function zoneOf(name: string, resolve: ResolveDns): Promise<string> {
  const labels = name.split('.')
  for (let from = 0; from < labels.length - 1; from += 1) {
    const candidate = labels.slice(from).join('.')
    const servers = await resolve(candidate, 'NS').catch(() => undefined)
    // A resolver that is gone is gone for all of them.
    if (servers === undefined) break
    if (servers.length > 0) return candidate
  }
  const isSecondLevel = /^(?:ac|co|com|edu|gov|net|org)$/.test(labels.at(-2) ?? '') && labels.at(-1)?.length === 2
  return labels.slice(isSecondLevel ? -3 : -2).join('.')
}

/** A name as most forms of registrars ask for it: below its zone, `@` for the zone itself. */
export function hostIn(zone: string, name: string): string {
  if (name === zone) return '@'
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name
}
