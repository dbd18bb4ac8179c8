import { describe, expect, it } from 'vitest'
import { createRelay, githubGit, netlifyApi, type RelayOptions } from '../../src/relay/index.js'
import { page, refusal } from './stage.js'

const address = 'https://relay.example/api.netlify.com/api/v1/user'

function relay(options: Partial<RelayOptions> = {}): (request: Request) => Promise<Response> {
  const allow = [...netlifyApi, ...githubGit]
  return createRelay({ allow, pageOrigins: [page], fetch: async () => new Response('fine'), ...options })
}

function ask(headers: Record<string, string>, method = 'GET'): Request {
  return new Request(address, { method, headers })
}

const refused = { status: 403, code: 'relay-page-refused', header: 'relay-page-refused' }

describe('the pages of a relay', () => {
  it('may read the answers', async () => {
    const response = await relay()(ask({ origin: page }))
    expect(await response.text()).toBe('fine')
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
    expect(response.headers.get('vary')).toBe('Origin')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(response.headers.get('access-control-expose-headers')).toContain('x-relay-error')
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
  })

  it('are told by a preflight what they may send', async () => {
    const response = await relay()(ask({ origin: page, 'access-control-request-method': 'PUT' }, 'OPTIONS'))
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(response.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'git-protocol']),
    )
    expect(response.headers.get('access-control-allow-headers')).not.toContain('cookie')
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0)
  })

  it('are only those of the list', async () => {
    for (const origin of ['https://evil.example', 'http://ide.example', 'https://ide.example:8443', 'null']) {
      const response = await relay()(ask({ origin }))
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      expect(await refusal(response)).toEqual(refused)
    }
    const asks = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
    expect(await refusal(await relay()(ask(asks, 'OPTIONS')))).toEqual(refused)
  })

  it('may be chosen by a function, which hears of requests without a page too', async () => {
    const heard: (string | null)[] = []
    const pageOrigins = (origin: string | null): boolean => {
      heard.push(origin)
      return origin === null || origin.endsWith('.ide.example')
    }
    expect((await relay({ pageOrigins })(ask({ origin: 'https://a.ide.example' }))).status).toBe(200)
    expect((await relay({ pageOrigins })(ask({}))).status).toBe(200)
    expect((await relay({ pageOrigins })(ask({ origin: 'https://b.example' }))).status).toBe(403)
    expect(heard).toEqual(['https://a.ide.example', null, 'https://b.example'])
  })

  it('name themselves: a request without an origin is refused', async () => {
    expect(await refusal(await relay()(ask({})))).toEqual(refused)
  })

  it('may live on the relay’s own origin, whose reads name none', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }
    expect((await relay({ pageOrigins: ['https://relay.example'] })(ask(headers))).status).toBe(200)
    expect(await refusal(await relay()(ask(headers)))).toEqual(refused)
  })

  it('can not open what comes from elsewhere as a document, a frame or a script of the relay’s origin', async () => {
    for (const destination of ['document', 'iframe', 'script', 'serviceworker', 'style']) {
      const headers = { origin: page, 'sec-fetch-dest': destination }
      expect(await refusal(await relay()(ask(headers)))).toEqual(refused)
    }
    const response = await relay()(ask({ origin: page }))
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})
