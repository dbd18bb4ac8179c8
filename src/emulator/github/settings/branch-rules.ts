import type { Credential } from '../../accounts.js'
import { allows, type Permission, roleOf } from '../permissions.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import type { EmulatedRuleset, RepositorySetup } from './repository-setup.js'

/** What must not happen to branches that a pattern names. */
export interface BranchRule {
  /** Of the classic protection, or of a ruleset: they are told apart in what GitHub says. */
  readonly of: 'protection' | 'ruleset'
  /** A full name of a ref, with `*` for what may vary. */
  readonly pattern: string
  readonly excluded: readonly string[]
  readonly forbids: 'deletion' | 'force' | 'update' | 'creation'
  /** GitHub's words for it. */
  readonly message: string
}

const words = {
  deletion: 'Cannot delete this branch',
  force: 'Cannot force-push to this branch',
  review: 'Changes must be made through a pull request.',
  creation: 'Cannot create ref due to creations being restricted.',
  update: 'Cannot update this protected ref.',
}
const check = (name: string): string => `Required status check "${name}" is expected.`

/** The rules that hold for whoever comes with the credential. */
export async function branchRules(
  repository: EmulatedRepository,
  credential: Credential | undefined,
): Promise<BranchRule[]> {
  const role = credential ? roleOf(repository, credential.user) : 'none'
  const main = `refs/heads/${await defaultBranch(repository)}`
  const { rulesets } = repository.setup
  return [
    ...protectionRules(repository.setup, role),
    ...rulesets.filter((one) => isActive(one) && !mayBypass(one, role)).flatMap((one) => rulesOf(one, main)),
  ]
}

function protectionRules({ protections }: RepositorySetup, role: Permission): BranchRule[] {
  return [...protections].flatMap(([branch, one]) => {
    const rule = (forbids: BranchRule['forbids'], message: string): BranchRule => {
      return { of: 'protection', pattern: `refs/heads/${branch}`, excluded: [], forbids, message }
    }
    const exempt = allows(role, 'admin') && !one.enforceAdmins
    return [
      ...(one.allowDeletions ? [] : [rule('deletion', words.deletion)]),
      ...(one.allowForcePushes ? [] : [rule('force', words.force)]),
      ...(one.reviews && !exempt ? [rule('update', words.review)] : []),
      ...(exempt ? [] : (one.checks?.contexts ?? []).map((name) => rule('update', check(name)))),
      ...(one.lockBranch && !exempt ? [rule('update', words.update)] : []),
    ]
  })
}

function isActive({ enforcement, target }: EmulatedRuleset): boolean {
  return enforcement === 'active' && target === 'branch'
}

/** Role 5 is the one of administrators (GitHub Docs, "Create a repository ruleset", `actor_id`). */
function mayBypass({ bypass }: EmulatedRuleset, role: Permission): boolean {
  const admins = bypass.some((one) => one.actor_type === 'RepositoryRole' && one.actor_id === 5)
  return admins && allows(role, 'admin')
}

function rulesOf({ include, exclude, rules }: EmulatedRuleset, main: string): BranchRule[] {
  const patternOf = (name: string): string => {
    return name === '~ALL' ? 'refs/heads/*' : name === '~DEFAULT_BRANCH' ? main : name
  }
  const excluded = exclude.map(patternOf)
  return include.map(patternOf).flatMap((pattern) => {
    const rule = (forbids: BranchRule['forbids'], message: string): BranchRule => {
      return { of: 'ruleset', pattern, excluded, forbids, message }
    }
    return rules.flatMap(({ type, parameters }): BranchRule[] => {
      if (type === 'deletion') return [rule('deletion', words.deletion)]
      if (type === 'non_fast_forward') return [rule('force', words.force)]
      if (type === 'creation') return [rule('creation', words.creation)]
      if (type === 'update') return [rule('update', words.update)]
      if (type === 'pull_request') return [rule('update', words.review)]
      if (type !== 'required_status_checks') return []
      const contexts = (parameters?.required_status_checks ?? []) as { context: string }[]
      return contexts.map(({ context }) => rule('update', check(context)))
    })
  })
}

/** Whether a rule is for a ref. */
export function isFor({ pattern, excluded }: BranchRule, ref: string): boolean {
  const names = (one: string) =>
    new RegExp(`^${one.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`).test(ref)
  return names(pattern) && !excluded.some(names)
}
