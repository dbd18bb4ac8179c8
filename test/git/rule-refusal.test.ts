import { describe, expect, it } from 'vitest'
import { ruleRefusal } from '../../src/git/rule-refusal.js'

const pullRequest = 'Changes must be made through a pull request.'
const check = 'Required status check "ci" is expected.'

describe('the words of a host whose rules refuse a commit', () => {
  it.each<[string, string, string]>([
    [
      'a ruleset, by git',
      'push declined due to repository rule violations',
      `error: GH013: Repository rule violations found for refs/heads/main.\nReview all repository rules at https://github.com/o/r/rules?ref=refs%2Fheads%2Fmain\n\n- ${pullRequest}\n\n- ${check}\n\n`,
    ],
    [
      'a classic protection, by git',
      'protected branch hook declined',
      `error: GH006: Protected branch update failed for refs/heads/main.\nerror: ${pullRequest}\nerror: ${check}\n`,
    ],
    [
      'a classic protection, by git, as a list',
      'protected branch hook declined',
      `error: GH006: Protected branch update failed for refs/heads/main.\n\n- ${pullRequest}\n- ${check}\n`,
    ],
    ['a ruleset, by the API', `Repository rule violations found\n\n${pullRequest}\n\n${check}\n\n`, ''],
    ['a classic protection, by the API', `${pullRequest}\n${check}`, ''],
  ])('name its rules: %s', (_what, said, told) => {
    const refusal = ruleRefusal(said, told)
    expect(refusal?.rules).toEqual([pullRequest, check])
    expect(refusal?.hint).toContain('commit: { branch }')
  })

  it("are GitLab's, too", () => {
    const words = 'You are not allowed to push code to protected branches on this project.'
    expect(ruleRefusal('pre-receive hook declined', `GitLab: ${words}\n`)?.rules).toEqual([words])
  })

  it('tell of a secret among the files, for which another branch is no way out', () => {
    const told =
      'error: GH013: Repository rule violations found for refs/heads/main.\n\n- GITHUB PUSH PROTECTION\n  Resolve the following violations before pushing again\n\n  - Push cannot contain secrets\n\n  locations:\n    - commit: 5477a7d\n      path: src/api.ts:34\n'
    const refusal = ruleRefusal('push declined due to repository rule violations', told)
    expect(refusal?.rules).toEqual(['Push cannot contain secrets'])
    expect(refusal?.hint).toContain('files.exclude')
  })

  it.each([
    ['refusing to allow an OAuth App to create or update workflow `a.yml` without `workflow` scope', ''],
    ['pre-receive hook declined', 'error: GH001: Large files detected.\nerror: File a.bin is 101.00 MB\n'],
    ['tree.path contains a malformed path component', ''],
  ])('are none of a rule: %s', (said, told) => {
    expect(ruleRefusal(said, told)).toBeUndefined()
  })
})
