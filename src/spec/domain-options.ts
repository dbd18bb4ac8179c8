/** Domains of one's own, and how they are set up. */
export interface DomainSettings {
  /** `www.acme.com`, `acme.com`: without a scheme, in lower case. International names in their ASCII form (`xn--…`). */
  readonly names: readonly string[]
  /** The one that the site is known by. @default the first of the names */
  readonly primary?: string
  /** Whether plain HTTP is redirected, as soon as there is a certificate. Vercel always does. @default true */
  readonly forceHttps?: boolean
  /**
   * Milliseconds to wait for DNS and certificates. What is not there then is told by a warning, and fails nothing. `false` does not
   * wait: it sets up what can be set up, and looks once.
   * @default 120_000
   */
  readonly wait?: number | false
}

/** The names alone, or with how they are set up. */
export type DomainOptions = readonly string[] | DomainSettings
