import { AuthError } from '../../../errors/auth-error.js'
import { QuotaError } from '../../../errors/quota-error.js'
import { RequestError } from '../../../errors/request-error.js'
import { closed } from '../../../toolkit/parse-reply.js'
import type { Right } from './right.js'

/** What an error about a missing right is made from. */
export interface RightsPlace {
  /** `owner/name`. */
  readonly fullName: string
  /** Where GitHub's pages are: `https://github.com`. */
  readonly web: string
  /** Scopes of the token; `undefined` where GitHub tells none. */
  readonly known: readonly string[] | undefined
}

/** The error for a token without rights that it needs: which, what for, and where to get one that has them. */
export function missingRight(missing: readonly Right[], { web, known }: RightsPlace, cause?: unknown): AuthError {
  const purposes = [...new Set(missing.map(({ purpose }) => purpose))].join(', and to ')
  const names = [...new Set(missing.map((right) => nameOf(right, known)))]
  const link = known ? classicLink(web, [...known, ...missing.map(({ scopes }) => scopes[0] ?? '')]) : fineLink(web)
  const either = known
    ? `Make a token with it: ${link}`
    : `Give the token this permission, or make one that has it: ${link} (fine-grained) or ${classicLink(web, classicOf(missing))} (classic).`
  return new AuthError({
    code: 'token-scope-missing',
    message: `The token lacks ${names.join(' and ')}, which is needed to ${closed(purposes)}`,
    hint: either,
    details: { missing: names, purposes: missing.map(({ purpose }) => purpose), link },
    cause,
  })
}

function nameOf({ scopes, permission, access = 'write' }: Right, known: RightsPlace['known']): string {
  return known ? `the scope ${scopes[0]}` : `the permission ${permission}: ${access} (classic: the scope ${scopes[0]})`
}

function classicOf(missing: readonly Right[]): string[] {
  return ['repo', ...missing.map(({ scopes }) => scopes[0] ?? '')]
}

function classicLink(web: string, scopes: readonly string[]): string {
  return `${web}/settings/tokens/new?scopes=${[...new Set(scopes)].join(',')}&description=Tabship`
}

function fineLink(web: string): string {
  return `${web}/settings/personal-access-tokens/new`
}

/** Whether GitHub says of a token with permissions, a fine-grained one or an app's, that it lacks the one for a request. */
export function isInaccessible(error: unknown): boolean {
  return error instanceof AuthError && error.details.status === 403 && /not accessible by/i.test(error.message)
}

/**
 * What an error of a request for a setting really says. GitHub answers 404 to a token that may not know of the setting, although
 * the repository was read a moment before ("Troubleshooting the REST API"), and 403 for what the plan of the owner lacks.
 *
 * @returns the error to throw in its place
 */
export function explainRefusal(error: unknown, right: Right, place: RightsPlace): unknown {
  const { fullName, known } = place
  const status = error instanceof AuthError || error instanceof RequestError ? error.details.status : undefined
  const said = error instanceof Error ? error.message : ''
  if (/upgrade to github|make this repository public|billing plan/i.test(said)) return planLacks(error, right, place)
  if (status === 403 && /not accessible by|oauth scope/i.test(said))
    return missingRight([right], { ...place, known: undefined })
  const isHidden = error instanceof RequestError && error.code === 'reply-status' && status === 404
  if (!isHidden && !(status === 403 && error instanceof AuthError)) return error
  const has = known?.some((scope) => right.scopes.includes(scope))
  if (known && !has) return missingRight([right], place)
  if (has) return notAdministrator(right, fullName, error)
  return missingRight([right], place)
}

/** The error for an owner of a token who is not one of those who may do something with the repository. */
export function notAdministrator(
  { purpose, option }: Pick<Right, 'purpose' | 'option'>,
  fullName: string,
  cause?: unknown,
): AuthError {
  const who = option ? `somebody who may write to ${fullName}` : `an administrator of ${fullName}`
  return new AuthError({
    code: 'token-forbidden',
    message: `The owner of this token may not ${purpose}: that takes ${who}.`,
    hint: option
      ? `Use the token of somebody who may, or leave ${option} out.`
      : 'Use the token of an administrator, or leave what is to be set up out of github.setup.',
    details: { repository: fullName },
    cause,
  })
}

function planLacks(cause: unknown, { purpose }: Right, { fullName }: RightsPlace): QuotaError {
  return new QuotaError({
    code: 'plan-lacks-feature',
    message: `GitHub does not let the owner of ${fullName} ${purpose} while it is private: their plan has this for public repositories only.`,
    hint: "Make the repository public (github.setup.visibility: 'public'), or choose a plan of GitHub's that has it.",
    details: { repository: fullName },
    cause,
  })
}
