import type { CertificateState, PagesSite } from './state.js'

/** The way of a certificate that nothing goes wrong with. */
const way: readonly CertificateState[] = [
  'new',
  'authorization_created',
  'authorization_pending',
  'authorized',
  'issued',
  'uploaded',
  'approved',
]

const descriptions: Readonly<Partial<Record<CertificateState, string>>> = {
  approved: 'Certificate is approved',
  errored: 'Certificate could not be issued: the DNS of the domain is not set up for GitHub Pages',
}

/** How far the certificate of a domain of one's own is; `undefined` where there is none to be made. */
export function certificateOf(site: PagesSite, now: number, step: number): CertificateState | undefined {
  if (site.cname === null) return undefined
  return site.certificate ?? way[Math.min(way.length - 1, Math.floor((now - site.cnameSince) / Math.max(1, step)))]
}

/** GitHub's words for it. */
export function describeCertificate(state: CertificateState): string {
  return descriptions[state] ?? 'Certificate is being made'
}
