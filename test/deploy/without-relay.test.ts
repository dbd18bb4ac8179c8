import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gitlab } from '../../src/git/gitlab.js'
import { formatPlan } from '../../src/index.js'
import { type Overrides, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

const mebibyte = 1024 * 1024
let stage: Stage

beforeEach(async () => {
  stage = await startStage({ 'index.html': '<h1>Shop</h1>', 'run.js': '1' })
})
afterEach(() => stage.close())

const plain = { targets: [], project: undefined } as const
const deploy = (options: Overrides) => stage.deploy({ ...plain, ...options } as Overrides)
const onGithub = () => stage.github({ transport: 'auto' })
const onGitlab = () => {
  const { gitlab: server, token } = stage.emulator
  return gitlab({ auth: token, repository: 'shop', url: server.url })
}

describe('without a relay', () => {
  it('a file that GitHub’s API does not take is refused before anything is asked, and with one it is not', async () => {
    await stage.write({ 'big.bin': new Uint8Array(41 * mebibyte) })
    const error = await thrownBy(deploy({ git: onGithub() }).done)
    expect(error).toMatchObject({ name: 'OptionsError', code: 'file-too-large' })
    expect(error.message).toContain('big.bin has 41.0 MiB')
    expect(error.message).toContain('40 MiB')
    expect(error.hint).toContain('relay')
    expect(stage.emulator.requests).toEqual([])
    for (const options of [{ git: stage.github() }, { git: onGithub(), relay: stage.emulator.relay.url }])
      expect((await deploy({ ...options, dryRun: true }).done).plan.steps.length).toBeGreaterThan(0)
  })

  it('a size that rounds to the limit is told to the byte', async () => {
    await stage.write({ 'big.bin': new Uint8Array(100 * mebibyte + 1) })
    const error = await thrownBy(deploy({ git: stage.github() }).done)
    expect(error.message).toContain('104857601 bytes (1 more than 100 MiB)')
  })

  it('files that GitLab’s API can not commit at once make no repository', async () => {
    const half = new Uint8Array(51 * mebibyte)
    await stage.write({ 'one.bin': half, 'two.bin': half })
    const error = await thrownBy(deploy({ git: onGitlab() }).done)
    expect(error).toMatchObject({ name: 'OptionsError', code: 'commit-too-large', step: 'repository' })
    expect(error.message).toContain('102.0 MiB')
    expect(stage.emulator.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('a file that GitLab’s API can never commit is refused before anything is asked', async () => {
    await stage.write({ 'big.bin': new Uint8Array(101 * mebibyte) })
    const error = await thrownBy(deploy({ git: onGitlab() }).done)
    expect(error).toMatchObject({
      name: 'OptionsError',
      code: 'file-too-large',
      hint: expect.stringContaining('relay'),
    })
    expect(stage.emulator.requests).toEqual([])
  })

  it('the plan says how a commit is made, in what time, and what goes ahead of the first one', async () => {
    const told = formatPlan((await deploy({ git: onGithub(), dryRun: true }).done).plan)
    expect(told).toContain("by GitHub's API since there is no relay, in at most 2 s; where there is no commit yet")
    const there = formatPlan((await deploy({ git: onGitlab(), dryRun: true }).done).plan)
    expect(there).toContain("by GitLab's API since there is no relay, in about 4 s")
  })

  it('the first commit adds all files, though one of them went ahead', async () => {
    const { commits } = await deploy({ git: onGithub() }).done
    expect(commits).toMatchObject([{ changes: { added: 2, changed: 0, deleted: 0 } }])
  })
})

describe('a repository on GitLab', () => {
  it('that a token without its scope asks for is refused by the name of the scope, with a link', async () => {
    const { gitlab: server, otherTokens } = stage.emulator
    const git = gitlab({ auth: otherTokens.powerless, repository: 'shop', url: server.url })
    const error = await thrownBy(deploy({ git }).done)
    expect(error).toMatchObject({ name: 'AuthError', code: 'token-scope-missing', step: 'repository' })
    expect(error.message).toBe('The token lacks the scope api, which is needed to create the repository owner/shop.')
    expect(error.hint).toContain(`${server.url}/-/user_settings/personal_access_tokens?name=Tabship&scopes=api`)
  })

  it('in a group that is not there is told that groups are not created', async () => {
    const { gitlab: server, token } = stage.emulator
    const git = gitlab({ auth: token, repository: 'organization/nowhere/shop', url: server.url })
    const error = await thrownBy(deploy({ git }).done)
    expect(error).toMatchObject({ code: 'repository-owner-unknown' })
    expect(error.hint).toContain('create organization/nowhere on GitLab first')
  })
})

describe('a repository that is archived', () => {
  it('is to be unarchived, which no right to write replaces', async () => {
    const { accounts, github } = stage.emulator
    const repository = await github.state.create(accounts.owner, 'shop')
    repository.archived = true
    const error = await thrownBy(deploy({ git: onGithub() }).done)
    expect(error).toMatchObject({ name: 'ConflictError', code: 'repository-taken' })
    expect(error.hint).toContain('Unarchive')
    expect(error.hint).not.toContain('write access')
  })
})
