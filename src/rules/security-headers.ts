import type { HeaderRule } from '../spec/rules.js'

/** How much is asked of browsers. */
export type SecurityPreset = 'none' | 'basic' | 'strict'

type Fields = Readonly<Record<string, string>>

/** Breaks no page that does not live in another one's frame. Source: OWASP Secure Headers Project. */
const basic: Fields = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Frame-Options': 'SAMEORIGIN',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
}
const strict: Fields = {
  ...basic,
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  // Other hosts of the domain are not spoken for.
  'Strict-Transport-Security': 'max-age=31536000',
}
const presets: Readonly<Record<SecurityPreset, Fields>> = { none: {}, basic, strict }

/** The headers of a preset and a policy, for all paths. A policy that says who may frame a page needs no second header for it. */
export function securityHeaders(preset: SecurityPreset, contentSecurityPolicy: string | undefined): HeaderRule[] {
  const fields: Record<string, string> = { ...presets[preset] }
  if (contentSecurityPolicy !== undefined) fields['Content-Security-Policy'] = contentSecurityPolicy
  if (/(?:^|;)\s*frame-ancestors\s/i.test(contentSecurityPolicy ?? '')) delete fields['X-Frame-Options']
  const headers = Object.entries(fields)
  return headers.length === 0 ? [] : [{ for: '/*', headers, source: null }]
}
