import { describe, expect, it } from 'vitest'
import {
  type AllowRule,
  createRelay,
  githubApi,
  githubDownloads,
  githubGit,
  gitlabGit,
  gitSmartHttp,
  netlifyApi,
  netlifySites,
} from '../../src/relay/index.js'
import { page, refusal, Stage, sendRaw } from './stage.js'

/** What becomes of a request: the address that is fetched, or the code of the refusal. */
async function fate(allow: readonly AllowRule[], path: string, method = 'GET'): Promise<string> {
  const fetched: string[] = []
  const relay = createRelay({
    allow,
    pageOrigins: [page],
    fetch: async (url) => {
      fetched.push(String(url))
      return new Response(null)
    },
  })
  const response = await relay(new Request(`https://relay.example/${path}`, { method, headers: { origin: page } }))
  return fetched[0] ?? String(response.headers.get('x-relay-error'))
}

describe('what a relay reaches', () => {
  it.each([
    ['github.com', 'https://github.com/'],
    ['GitHub.com/a', 'https://github.com/a'],
    ['github.com:443/a', 'https://github.com/a'],
    ['github.com:8443/a', 'relay-host-refused'],
    ['github.com./a', 'relay-host-refused'],
    ['api.github.com/a', 'relay-host-refused'],
    ['github.com.evil.example/a', 'relay-host-refused'],
    ['evil.example/github.com/a', 'relay-host-refused'],
    ['evil.example/../github.com/a', 'https://github.com/a'],
    ['github.com/../evil.example/a', 'relay-host-refused'],
    ['github.com%2f@evil.example/a', 'relay-address-refused'],
    ['github.com@evil.example/a', 'relay-address-refused'],
    ['user:secret@github.com/a', 'relay-address-refused'],
    ['user%3Asecret%40github.com/a', 'relay-address-refused'],
    ['https://github.com/a', 'relay-address-refused'],
    ['https:%2f%2fgithub.com/a', 'relay-address-refused'],
    ['?github.com', 'relay-not-found'],
    ['', 'relay-not-found'],
  ])('is an exact host: %s ends as %s', async (path, expected) => {
    expect(await fate([{ origin: 'https://github.com' }], path)).toBe(expected)
  })

  it.each([
    ['shop.netlify.app/a', 'https://shop.netlify.app/a'],
    ['draft--shop.netlify.app/a', 'https://draft--shop.netlify.app/a'],
    ['netlify.app/a', 'relay-host-refused'],
    ['a.b.netlify.app/a', 'relay-host-refused'],
    ['evilnetlify.app/a', 'relay-host-refused'],
    ['shop.netlify.app.evil.example/a', 'relay-host-refused'],
  ])('is one label for a wildcard: %s ends as %s', async (path, expected) => {
    expect(await fate([{ origin: 'https://*.netlify.app' }], path)).toBe(expected)
  })

  it('has the scheme and the port of the rule', async () => {
    const allow = [{ origin: 'http://*.localhost:8080' }]
    expect(await fate(allow, 'shop.localhost:8080/a')).toBe('http://shop.localhost:8080/a')
    expect(await fate(allow, 'shop.localhost/a')).toBe('relay-host-refused')
  })

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '169.254.169.254',
    'localhost',
  ])('is no private address unless a rule spells it: %s', async (host) => {
    expect(await fate([...netlifySites, { origin: 'http://*.localhost' }], `${host}/a`)).toBe('relay-host-refused')
  })

  it('is a private address that a rule spells, at that port', async () => {
    expect(await fate([{ origin: 'http://127.0.0.1:3000' }], '127.1:3000/a')).toBe('http://127.0.0.1:3000/a')
    expect(await fate([{ origin: 'http://127.0.0.1:3000' }], '127.0.0.1:3001/a')).toBe('relay-host-refused')
    expect(await fate([{ origin: 'http://[::1]:3000' }], '[::1]:3000/a')).toBe('http://[::1]:3000/a')
  })

  it.each([
    ['/v1/user', 'https://api.example/v1/user'],
    ['/v1/user?x=/v1/', 'relay-path-refused'],
    ['/v1/../admin', 'relay-path-refused'],
    ['/v1/%2e%2e/admin', 'relay-path-refused'],
    ['/v1/..%2fadmin', 'relay-path-refused'],
    ['/v1/..%5Cadmin', 'relay-path-refused'],
    ['/v1/..\\admin', 'relay-path-refused'],
    ['/x/v1/user', 'relay-path-refused'],
    ['//evil.example/v1/user', 'relay-path-refused'],
    ['/v1/user%00', 'relay-path-refused'],
  ])('is a whole path: %s ends as %s', async (path, expected) => {
    expect(await fate([{ origin: 'https://api.example', paths: [/\/v1\/[^?]*/g] }], `api.example${path}`)).toBe(
      expected,
    )
  })

  it('takes paths as they are sent, too, where a client tidies nothing', async () => {
    await using stage = new Stage()
    const provider = await stage.provider((_request, response) => response.end())
    const relay = await stage.relay({ allow: [{ origin: provider.url, paths: [/\/v1\/.*/] }] })
    const refused = { status: 403, code: 'relay-path-refused' }
    expect(await sendRaw(relay, `/${provider.host}/v1/../admin`)).toEqual(refused)
    expect(await sendRaw(relay, `/${provider.host}/v1/%2e%2e/admin`)).toEqual(refused)
    expect(await sendRaw(relay, `/${provider.host}/v1/ok`)).toEqual({ status: 200, code: undefined })
  })

  it('is read only unless a rule says otherwise, and the refusal names what is allowed', async () => {
    const relay = createRelay({ allow: [{ origin: 'https://github.com' }], pageOrigins: [page] })
    const request = new Request('https://relay.example/github.com/a', { method: 'DELETE', headers: { origin: page } })
    const response = await relay(request)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect(await refusal(response)).toEqual({
      status: 405,
      code: 'relay-method-refused',
      header: 'relay-method-refused',
    })
  })
})

describe('the presets', () => {
  it.each([
    ['GET', '/acme/shop.git/info/refs?service=git-upload-pack', true],
    ['GET', '/acme/shop.git/info/refs?service=git-receive-pack', true],
    ['POST', '/acme/shop.git/git-upload-pack', true],
    ['POST', '/acme/shop/git-receive-pack', true],
    ['POST', '/acme/shop.git/info/refs?service=git-upload-pack', false],
    ['GET', '/acme/shop.git/git-receive-pack', false],
    ['GET', '/acme/shop.git/info/refs', false],
    ['GET', '/acme/shop.git/HEAD', false],
    ['GET', '/acme/shop', false],
    ['POST', '/login/oauth/access_token', false],
    ['POST', '/git-receive-pack', false],
  ])('let git through and nothing else of the host: %s %s is %s', async (method, path, passes) => {
    const expected = passes ? `https://github.com${path}` : /relay-(path|method)-refused/
    expect(await fate(githubGit, `github.com${path}`, method)).toMatch(expected)
  })

  it('take git of any host', async () => {
    const path = '/group/sub/shop.git/git-upload-pack'
    const allow = gitSmartHttp('https://git.acme.example')
    expect(await fate(allow, `git.acme.example${path}`, 'POST')).toBe(`https://git.acme.example${path}`)
  })

  it("take GitLab's git in groups of groups", async () => {
    const path = 'gitlab.com/group/sub/shop.git/git-receive-pack'
    expect(await fate(gitlabGit, path, 'POST')).toBe(`https://${path}`)
    expect(await fate(gitlabGit, 'gitlab.com/api/v4/user')).toBe('relay-path-refused')
  })

  it("take what GitHub's Actions keep, and nothing else of that host", async () => {
    const host = 'productionresultssa11.blob.core.windows.net'
    const kept = `${host}/actions-results/a/workflow-job-run-b/artifacts/c.zip?sig=d`
    expect(await fate(githubDownloads, kept)).toBe(`https://${kept}`)
    expect(await fate(githubDownloads, kept, 'PUT')).toBe('relay-method-refused')
    expect(await fate(githubDownloads, `${host}/other/c.zip`)).toBe('relay-path-refused')
  })

  it('reach the APIs in every method, and sites for reading', async () => {
    const sites = 'api.netlify.com/api/v1/sites'
    expect(await fate(netlifyApi, sites, 'POST')).toBe(`https://${sites}`)
    expect(await fate(netlifyApi, 'api.netlify.com/oauth/token', 'POST')).toBe('relay-path-refused')
    expect(await fate(githubApi, 'api.github.com/user/repos', 'POST')).toBe('https://api.github.com/user/repos')
    expect(await fate(netlifySites, 'shop.netlify.app/', 'HEAD')).toBe('https://shop.netlify.app/')
    expect(await fate(netlifySites, 'shop.netlify.app/', 'POST')).toBe('relay-method-refused')
  })
})
