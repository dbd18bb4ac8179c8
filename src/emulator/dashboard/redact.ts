const mask = '•••'

/** What a name in a query or a form must hold for its value to be nobody's business. */
const secretNames = 'token|secret|password|passwd|signature|api_?key|auth|credential|code_verifier'

const patterns: readonly (readonly [RegExp, string])[] = [
  // `https://user:secret@host/`, and a token alone in front of the host.
  [/(\/\/)[^\s/?#@]+@/g, `$1${mask}@`],
  [new RegExp(`([?&;][^\\s=&]*(?:${secretNames})[^\\s=&]*=)[^\\s&#]+`, 'gi'), `$1${mask}`],
  [/\b(Bearer|Basic|token)\s+[\w.~+/=-]{16,}/gi, `$1 ${mask}`],
  // Tokens by their beginnings: the emulator's own, GitHub's, GitLab's, Netlify's, Neon's.
  [/\b(?:(?:gh[a-z]_|github_pat_)?emulated_|gh[opsur]_|github_pat_|glpat-|nfp_|napi_)[\w-]{8,}/g, mask],
]

/** A text without what looks like a token: in addresses, queries, and in the words of people who paste them. */
export function redact(text: string): string {
  return patterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
}

/** The same JSON with every text in it redacted. */
export function redacted<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'string' ? redact(one) : one))
}
