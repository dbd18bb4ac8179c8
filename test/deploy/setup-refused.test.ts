import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GithubOptions } from '../../src/git/github.js'
import { type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

let stage: Stage
let count = 0

beforeAll(async () => {
  stage = await startStage({ 'index.html': 'hello' })
})
afterAll(() => stage.close())

const freshName = () => `refused-${++count}`
const writes = () => stage.emulator.requests.filter(({ provider, method }) => provider === 'github' && method !== 'GET')
const repository = (name: string) => stage.emulator.github.state.repository(`owner/${name}`)

/** Commits the files as they are, and publishes nothing. */
function deploy(options: Partial<GithubOptions>, more: Parameters<Stage['deploy']>[0] = {}) {
  const project = { framework: 'other', installCommand: null, buildCommand: null, outputDirectory: '.' }
  return stage.deploy({ project, targets: [], git: stage.github({ private: false, ...options }), ...more }).done
}

describe('a setup that GitHub would refuse after something has been made', () => {
  it.each<[string, NonNullable<GithubOptions['setup']>, string]>([
    ['an internal repository of a user', { visibility: 'internal' }, 'visibility-unavailable'],
    ['a default branch that nothing is committed to', { defaultBranch: 'develop' }, 'default-branch-missing'],
  ])('is refused before: %s', async (_what, setup, code) => {
    stage.emulator.clearRequests()
    for (const prefix of ['', 'owner/']) {
      const error = await thrownBy(deploy({ repository: prefix + freshName(), setup }))
      expect(error).toMatchObject({ name: 'OptionsError', code, step: 'access' })
      expect(error.hint).toMatch(/github\.setup\.(?:visibility|defaultBranch)/)
    }
    expect(writes()).toEqual([])
  })

  it('is refused where the repository is there, and the branch is not', async () => {
    const name = freshName()
    await deploy({ repository: name })
    stage.emulator.clearRequests()
    const setup = { defaultBranch: 'develop' }
    const error = await thrownBy(deploy({ repository: name, setup }))
    expect(error).toMatchObject({ code: 'default-branch-missing', details: { repository: `owner/${name}` } })
    expect(writes()).toEqual([])
    await deploy({ repository: name }, { commit: { branch: 'develop' } })
    const { settings } = await deploy({ repository: name, setup })
    expect(settings).toEqual([{ setting: 'default-branch', name: 'develop', change: 'changed' }])
  })

  it.each<[string, string, Parameters<typeof deploy>[1]]>([
    ['the one that repositories begin with', 'main', {}],
    ['the one that is committed to', 'develop', { commit: { branch: 'develop' } }],
    ['the one of the output', 'pages', { commit: { content: 'both', artifactsBranch: 'pages' } }],
  ])('is none where the default branch will be there: %s', async (_what, defaultBranch, more) => {
    const { settings } = await deploy({ repository: freshName(), setup: { defaultBranch } }, more)
    expect(settings).toMatchObject([{ setting: 'default-branch', name: defaultBranch }])
  })
})

describe('a commit that the rules of a branch forbid', () => {
  it.each([
    ['git', 'direct' as const],
    ['the API', 'auto' as const],
  ])('names the rule and a way out, by %s', async (_way, transport) => {
    const name = freshName()
    const setup = { protection: { reviews: 1, checks: ['ci'], bypass: 'nobody' } } as const
    await deploy({ repository: name, transport, setup })
    expect(repository(name).setup.rulesets).toMatchObject([{ bypass: [] }])
    await stage.write({ 'index.html': `changed by ${transport}` })

    const error = await thrownBy(deploy({ repository: name, transport }))
    expect(error).toMatchObject({ name: 'RequestError', code: 'push-refused', retryable: false })
    expect(error.message).toContain('Changes must be made through a pull request.')
    expect(error.message).toContain('Required status check "ci" is expected.')
    expect(error.hint).toContain('commit: { branch }')

    const { commits } = await deploy({ repository: name, transport }, { commit: { branch: 'next' } })
    expect(commits).toMatchObject([{ branch: 'next', created: true }])
  })
})
