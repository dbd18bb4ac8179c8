import { describe, expect, it } from 'vitest'
import { type GithubOptions, github } from '../../src/git/github.js'
import { contractEvents } from '../support/contract-events.js'
import { sshKey } from '../support/ssh-key.js'

const make = (options: object) => () =>
  github({ auth: 'token', repository: 'owner/shop', ...options } as unknown as GithubOptions)
const makeSetup = (setup: unknown) => make({ setup })

const key = sshKey()
const large = 'ü'.repeat(24 * 1024 + 1)
const production = (options: object) => ({ environments: { production: options } })

describe('a setup that GitHub would refuse', () => {
  it.each<[string, string, unknown]>([
    ['github.setup.visibility', 'private or public or internal', { visibility: 'secret' }],
    ['github.setup.description', 'at most 350 characters', { description: 'x'.repeat(400) }],
    ['github.setup.description', 'a text in one line, without control characters', { description: 'a\nb' }],
    ['github.setup.homepage', 'an address that starts with http:// or https://', { homepage: 'not a url' }],
    ['github.setup.homepage', 'an address that starts with http:// or https://', { homepage: 'ftp://shop.example' }],
    ['github.setup.homepage', 'an address that starts with http:// or https://', { homepage: 'https://a.example/b c' }],
    ['github.setup.topics.0', 'small letters, digits and "-", at most 50', { topics: ['Shop!'] }],
    ['github.setup.topics', 'a list of at most 20', { topics: Array.from({ length: 21 }, (_, at) => `t${at}`) }],
    ['github.setup.defaultBranch', 'a name whose parts', { defaultBranch: 'a..b' }],
    ['github.setup.secrets.A', 'at least 1 character', { secrets: { A: '' } }],
    ['github.setup.secrets.A', 'a text, or a function that gives one', { secrets: { A: 3 } }],
    ['github.setup.secrets.A', 'a text of at most 48 KB', { secrets: { A: large } }],
    ['github.setup.secrets.A', 'a name that differs from the others', { secrets: { a: '1', A: '2' } }],
    ['github.setup.variables.A', 'a text of at most 48 KB', { variables: { A: large } }],
    ['github.setup.variables.A', 'a name that differs from the others', { variables: { a: '1', A: '2' } }],
    ['github.setup.environments.production.waitTimer', 'a number of at most 43200', production({ waitTimer: 50_000 })],
    ['github.setup.environments.production.waitTimer', 'a whole number', production({ waitTimer: 1.5 })],
    [
      'github.setup.environments.production.reviewers',
      'a list of at most 6',
      production({ reviewers: [...'abcdefg'] }),
    ],
    [
      'github.setup.environments.production.reviewers.1',
      'not in the list already',
      production({ reviewers: ['a', 'A'] }),
    ],
    ['github.setup.environments.production.branches', "'protected' or a list of patterns", production({ branches: 3 })],
    ['github.setup.environments.production.branches.0', 'a pattern such as', production({ branches: ['a..b'] })],
    ['github.setup.environments.Live', 'a name that differs', { environments: { live: {}, Live: {} } }],
    ['github.setup.webhooks.0.url', 'starts with http:// or https://', { webhooks: [{ url: 'ftp://hooks.example' }] }],
    [
      'github.setup.webhooks.1.url',
      'an address that no other webhook of the list has',
      { webhooks: [{ url: 'https://a.example/' }, { url: 'https://a.example/' }] },
    ],
    [
      'github.setup.webhooks.0.events.1',
      "one of GitHub's webhook events, such as push",
      { webhooks: [{ url: 'https://a.example/', events: ['push', 'nonsense'] }] },
    ],
    ['github.setup.deployKeys.0.key', 'a public key of OpenSSH', { deployKeys: [{ title: 'a', key: 'no key' }] }],
    [
      'github.setup.deployKeys.1.key',
      'a key that is not in the list already',
      {
        deployKeys: [
          { title: 'a', key },
          { title: 'b', key: `${key} comment` },
        ],
      },
    ],
    ['github.setup.protection.reviews', 'a number of at most 10', { protection: { reviews: 11 } }],
    ['github.setup.protection.reviews', 'a number of at least 0', { protection: { reviews: -1 } }],
    ['github.setup.protection.branch', 'the name of a branch', { protection: { branch: 'a b' } }],
  ])('is refused by the name of its option, with what is allowed: %s, %s', (field, wanted, setup) => {
    expect(makeSetup(setup)).toThrow(`${field}: expected `)
    expect(makeSetup(setup)).toThrow(wanted)
  })

  it.each(['1A', 'GITHUB_TOKEN', 'A-B'])('is refused where a secret or a variable is called %s', (name) => {
    const words = `the name "${name}" is not allowed, expected letters, digits and "_"`
    expect(makeSetup({ secrets: { [name]: 'x' } })).toThrow(`github.setup.secrets.${name}: ${words}`)
    expect(makeSetup({ variables: { [name]: 'x' } })).toThrow(`github.setup.variables.${name}: ${words}`)
  })

  it('shows no address of a webhook, which may be a secret', () => {
    const url = 'https://hooks.example/T000/secret-path'
    expect(makeSetup({ webhooks: [{ url }, { url }] })).not.toThrow('secret-path')
  })
})

describe('a setup that GitHub takes', () => {
  it.each<[string, unknown]>([
    ['no homepage', { homepage: '' }],
    ['as many reviews as a ruleset may ask for', { protection: { reviews: 10 } }],
    ['a pattern of branches', { protection: { branch: 'release/*' } }],
    ['all events', { webhooks: [{ url: 'https://a.example/', events: ['*'] }] }],
    ['two webhooks of one host', { webhooks: [{ url: 'https://a.example/1' }, { url: 'https://a.example/2' }] }],
    ['a secret of just 48 KB', { secrets: { A: large.slice(1) } }],
  ])('is taken with %s', (_what, setup) => {
    expect(makeSetup(setup)).not.toThrow()
  })

  it('is taken with every event of the published contract', () => {
    const { all } = contractEvents()
    expect(all).toContain('workflow_run')
    expect(makeSetup({ webhooks: [{ url: 'https://a.example/', events: all }] })).not.toThrow()
  })
})

describe('the other options', () => {
  it.each<[string, object]>([
    ['github.repository: expected owner/name', { repository: 'owner/shop.git' }],
    ['github.repository: expected owner/name', { repository: 'shop.GIT' }],
    ['github.description: expected at most 350 characters', { description: 'x'.repeat(351) }],
    ['github.pullRequest: expected a number above 0', { pullRequest: 0 }],
    ['github.apiUrl: expected an address such as https://', { apiUrl: 'api' }],
  ])('say what is allowed: %s', (words, options) => {
    expect(make(options)).toThrow(words)
  })
})
