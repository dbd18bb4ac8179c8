import { AuthError } from '../../errors/auth-error.js'

/**
 * What GitLab's refusal of a token really says: all tokens that lack a scope are told `insufficient_scope` (`lib/api/api_guard.rb`).
 * @param purpose What was asked for.
 * @returns the error to throw in its place
 */
export function explainScope(error: unknown, { purpose, base }: { purpose: string; base: string }): unknown {
  if (!(error instanceof AuthError) || !/insufficient_scope/.test(String(error.details.said))) return error
  // "Prefill personal access token name and scopes" (GitLab Docs).
  const link = `${base}/-/user_settings/personal_access_tokens?name=Tabship&scopes=api`
  return new AuthError({
    code: 'token-scope-missing',
    message: `The token lacks the scope api, which is needed to ${purpose}.`,
    hint: `Make a token with it: ${link}. Where users sign in to your app with GitLab, ask for that scope there.`,
    details: { missing: ['the scope api'], purposes: [purpose], link },
    cause: error,
  })
}
