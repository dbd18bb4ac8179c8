import type { Call } from '../endpoint.js'
import { GithubProblem } from '../problem.js'
import type { RefMove } from '../refs.js'
import type { EmulatedRepository } from '../repositories.js'
import { type BranchRule, branchRules, isFor } from './branch-rules.js'

/**
 * Refuses what the rules of a branch forbid when a ref is moved by the API. A merged pull request is no such move.
 *
 * @throws GithubProblem 422 in GitHub's words
 */
export async function refuseMove(call: Call, repository: EmulatedRepository, move: RefMove): Promise<void> {
  const rules = (await branchRules(repository, call.credential)).filter((rule) => isFor(rule, move.ref))
  const isForced = rules.some(({ forbids }) => forbids === 'force') && (await rewrites(call, repository, move))
  const broken = rules.filter(({ forbids }) => {
    if (move.to === null) return forbids === 'deletion'
    if (forbids === 'force') return isForced
    return forbids === 'update' || (forbids === 'creation' && move.from === null)
  })
  const [first] = broken
  if (!first) return
  const said = [...new Set(broken.map(({ message }) => message))].join('\n\n')
  throw new GithubProblem(422, first.of === 'ruleset' ? `Repository rule violations found\n\n${said}\n\n` : said)
}

async function rewrites({ git }: Call, { path }: EmulatedRepository, { from, to }: RefMove): Promise<boolean> {
  if (from === null || to === null) return false
  const base = await git.run(path, ['merge-base', from, to], { accept: [0, 1] })
  return base.toString().trim() !== from
}

/**
 * The environment in which git asks the hook `proc-receive` about every ref of a push.
 *
 * @param address where the rules are told to people
 */
export function guardRules(rules: readonly BranchRule[], address: string): Record<string, string> {
  // One a line for the shell; no ref is called `-`.
  const lines = rules.map(({ of, forbids, pattern, excluded, message }) =>
    [of, forbids, pattern, excluded.join('|') || '-', message].join('\t'),
  )
  return { EMULATOR_RULES: lines.join('\n'), EMULATOR_RULES_ADDRESS: address }
}
