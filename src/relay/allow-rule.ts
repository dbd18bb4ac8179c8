import { Refusal } from './refusal.js'

/** Something that a relay passes on. A request needs one rule that its origin, its path and its method all fit. */
export interface AllowRule {
  /**
   * Scheme, host and port: `https://github.com`. A first label `*` stands for exactly one label: `https://*.netlify.app`
   * fits `shop.netlify.app`, not `a.b.netlify.app`. An address of a private network is reached only by a rule that
   * spells it, as `http://127.0.0.1:3000` does: numbers never fit a wildcard.
   */
  readonly origin: string
  /**
   * Patterns of which one must fit the whole of the path with its query, `/acme/shop.git/info/refs?service=git-upload-pack`.
   * Flags `g` and `y` are ignored.
   * @default every path
   */
  readonly paths?: readonly RegExp[] | undefined
  /**
   * In capitals.
   * @default ['GET', 'HEAD']
   */
  readonly methods?: readonly string[] | undefined
}

/** An {@link AllowRule} ready to be compared. */
export interface CompiledRule {
  readonly protocol: string
  readonly host: RegExp
  readonly paths: readonly RegExp[] | null
  readonly methods: readonly string[]
}

const label = '[a-z0-9_-]+'

/** Whether a rule's origin can be read: http or https, no path, and a wildcard only as the whole first label. */
export function isRuleOrigin(origin: string): boolean {
  const concrete = origin.replace('://*.', '://any.')
  return !concrete.includes('*') && isOrigin(concrete)
}

/** Whether a text is the origin of a web page as browsers write it. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text
}

export function compileRule(rule: AllowRule): CompiledRule {
  const wildcard = rule.origin.includes('://*.')
  const url = new URL(rule.origin.replace('://*.', '://'))
  return {
    protocol: url.protocol,
    host: new RegExp(`^${wildcard ? `${label}\\.` : ''}${url.host.replace(/[.[\]]/g, '\\$&')}$`),
    paths: rule.paths?.map((path) => new RegExp(`^(?:${path.source})$`, path.flags.replace(/[gy]/g, ''))) ?? null,
    methods: rule.methods ?? ['GET', 'HEAD'],
  }
}

/** An address that came without a scheme: the rule that fits says which it is. */
export interface Address {
  readonly protocol: string | null
  /** Host and port. */
  readonly host: string
  /** Path and query, starting with `/`. */
  readonly path: string
}

/**
 * Finds the rule that allows a request, and with it the whole address.
 * @throws Refusal with the first of host, path, method that no rule allows
 */
export function allow(rules: readonly CompiledRule[], address: Address, method: string): URL {
  const byHost = rules.flatMap((rule) => {
    if (address.protocol !== null && address.protocol !== rule.protocol) return []
    const text = `${rule.protocol}//${address.host}${address.path}`
    if (!URL.canParse(text)) return []
    const url = new URL(text)
    return rule.host.test(url.host) ? [{ rule, url }] : []
  })
  if (byHost.length === 0) {
    const message = `This relay does not pass requests to ${address.host}.`
    throw new Refusal('relay-host-refused', message, 'Add a rule for this host to the option `allow` of the relay.')
  }
  const byPath = byHost.filter(({ rule, url }) => {
    // Servers disagree about encoded slashes: what looks like one name to a pattern may be a path to them.
    if (/%(2f|5c|00)/i.test(url.pathname)) return false
    return rule.paths === null || rule.paths.some((path) => path.test(url.pathname + url.search))
  })
  if (byPath.length === 0) {
    const message = `This relay does not pass requests for this path to ${address.host}.`
    throw new Refusal('relay-path-refused', message, 'Add the path to the rule of this host in the option `allow`.')
  }
  const match = byPath.find(({ rule }) => rule.methods.includes(method))
  if (match === undefined) {
    const message = `This relay does not pass ${method} requests for this path to ${address.host}.`
    const allowed = [...new Set(byPath.flatMap(({ rule }) => rule.methods))].join(', ')
    throw new Refusal('relay-method-refused', message, `It passes ${allowed}.`, { allow: allowed })
  }
  return match.url
}
