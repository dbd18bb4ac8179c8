import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskOptions, type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench

beforeAll(async () => {
  bench = await startGitlab()
  await bench.state.create('owner/shop')
  await bench.commit({ actions: [{ action: 'create', file_path: 'a', content: 'a' }] })
  await bench.state.create('owner/hidden', { visibility: 'private' })
  const archived = await bench.state.create('owner/archived')
  archived.archived = true
})
afterAll(() => bench.close())

const shop = `/projects/${encodeURIComponent('owner/shop')}`
const commits = `${shop}/repository/commits`
const fine = { branch: 'main', commit_message: 'Change', actions: [{ action: 'create', file_path: 'b', content: 'b' }] }
const post = (json: unknown): AskOptions => ({ method: 'POST', json })
const say = (error: string) => ({ error })
const tell = (message: unknown) => ({ message })
const [unknownEndpoint, unauthorized] = [say('404 Not Found'), tell('401 Unauthorized')]
const unparsable = expect.stringContaining('message body does not match declared format')

type Case = readonly [what: string, path: string, options: AskOptions, status: number, body: unknown]

/** As a test sees it whether anything has happened. */
async function standing(): Promise<unknown> {
  const projects = bench.state.projects.map(({ fullPath, mergeRequests }) => [fullPath, mergeRequests.length])
  return [projects, await bench.state.head('owner/shop'), await bench.state.head('owner/shop', 'next')]
}

describe('the emulated GitLab refuses', () => {
  const cases: readonly Case[] = [
    ['no token, where one must be', '/user', { token: null }, 401, unauthorized],
    ['no token, in what changes something', commits, { ...post(fine), token: null }, 401, unauthorized],
    ['a wrong token, in what anyone may read', shop, { token: 'wrong' }, 401, unauthorized],
    ['an unknown endpoint, whatever the token', '/nothing', { token: 'wrong' }, 404, unknownEndpoint],
    ['a known path with a wrong method', '/user', { method: 'DELETE' }, 404, unknownEndpoint],
    ['an endpoint that is not emulated', `${shop}/issues`, {}, 404, unknownEndpoint],
    ['broken percent-encoding', '/projects/%E0%A4%A', {}, 404, unknownEndpoint],
    ['an unknown project', '/projects/0', {}, 404, tell('404 Project Not Found')],
    ['a project of another', '/projects/owner%2Fhidden', { token: null }, 404, tell('404 Project Not Found')],
    ['an unknown user', `${shop}/members/all/99`, {}, 404, tell('404 Not Found')],
    ['an unknown namespace', '/namespaces/0', {}, 404, tell('404 Namespace Not Found')],
    ['an unknown group', '/groups/0', {}, 404, tell('404 Group Not Found')],
    ['an unknown branch', `${shop}/repository/branches/none`, {}, 404, tell('404 Branch Not Found')],
    ['an unknown commit', `${commits}/${'0'.repeat(40)}`, {}, 404, tell('404 Commit Not Found')],
    ['an unknown ref of a tree', `${shop}/repository/tree?ref=none`, {}, 404, tell('404 Tree Not Found')],
    [
      'an unknown path of a tree',
      `${shop}/repository/tree?path=none`,
      {},
      404,
      tell('404 invalid revision or path Not Found'),
    ],
    ['an unknown merge request', `${shop}/merge_requests/9`, {}, 404, tell('404 Not Found')],
    ['an unknown ref to compare', `${shop}/repository/compare?from=main&to=none`, {}, 404, tell('404 Ref Not Found')],
    [
      'an unknown ref of a merge base',
      `${shop}/repository/merge_base?refs[]=main&refs[]=x&refs[]=y`,
      {},
      400,
      tell('Could not find refs: x, y'),
    ],
    ['one ref alone', `${shop}/repository/merge_base?refs[]=main`, {}, 400, tell('Provide at least 2 refs')],
    ['no ref at all', `${shop}/repository/merge_base`, {}, 400, say('refs is missing')],
    ['missing parameters', `${shop}/repository/compare`, {}, 400, say('from is missing, to is missing')],
    ['a page that is no number', '/namespaces?page=one', {}, 400, say('page is invalid')],
    ['a page below the first', '/namespaces?page=0', {}, 400, say('page does not have a valid value')],
    ['an empty page', '/namespaces?per_page=0', {}, 400, say('per_page has a value not allowed')],
    ['a page of less than that', '/namespaces?per_page=-1', {}, 400, say('per_page does not have a valid value')],
    [
      'a value that is none of those known',
      `${shop}/repository/tree?pagination=cursor`,
      {},
      400,
      say('pagination does not have a valid value'),
    ],
    [
      'a folder without pages',
      `${shop}/repository/tree?pagination=none`,
      {},
      400,
      say('pagination cannot be "none" unless "recursive" is true'),
    ],
    [
      'a page that follows nothing',
      `${shop}/repository/tree?pagination=keyset&page_token=none`,
      {},
      500,
      tell('500 Internal Server Error'),
    ],
    [
      'a missing body',
      commits,
      { method: 'POST' },
      400,
      say('branch is missing, commit_message is missing, actions is missing'),
    ],
    ['what is not JSON', commits, { method: 'POST', text: '{"branch":' }, 400, say(unparsable)],
    ['a list for an object', commits, post([fine]), 400, say(expect.stringContaining('branch is missing'))],
    ['a string for an object', commits, post('main'), 400, say(expect.stringContaining('branch is missing'))],
    [
      'another type of content',
      commits,
      { ...post(fine), headers: { 'Content-Type': 'text/plain' } },
      415,
      say("The provided content-type 'text/plain' is not supported."),
    ],
    [
      'no type of content',
      commits,
      { ...post(fine), headers: { 'Content-Type': '' } },
      415,
      say("The provided content-type '' is not supported."),
    ],
    ['a missing property', commits, post({ ...fine, branch: undefined }), 400, say('branch is missing')],
    ['an empty branch', commits, post({ ...fine, branch: '' }), 400, say('branch is empty')],
    ['a wrong type', commits, post({ ...fine, actions: {} }), 400, say('actions is invalid')],
    [
      'an unknown action',
      commits,
      post({ ...fine, actions: [{ action: 'copy', file_path: 'b' }] }),
      400,
      say('actions[0][action] does not have a valid value'),
    ],
    [
      'an action without what it needs',
      commits,
      post({ ...fine, actions: [{ action: 'move', file_path: 'b' }] }),
      400,
      say('actions[0][previous_path] is missing'),
    ],
    [
      'what is missing, once the project is known',
      '/projects/owner%2Fnone/repository/commits',
      post({}),
      404,
      tell('404 Project Not Found'),
    ],
    [
      'a commit to what is archived',
      '/projects/owner%2Farchived/repository/commits',
      post(fine),
      403,
      tell('403 Forbidden'),
    ],
    [
      'a merge request without a title',
      `${shop}/merge_requests`,
      post({ source_branch: 'a', target_branch: 'b' }),
      400,
      say('title is missing'),
    ],
    [
      'a merge request of a branch into itself',
      `${shop}/merge_requests`,
      post({ source_branch: 'main', target_branch: 'main', title: 'a' }),
      400,
      tell([expect.stringContaining("You can't use same project/branch")]),
    ],
    ['a revert of nothing', `${commits}/none/revert`, post({ branch: 'main' }), 404, tell('404 Commit Not Found')],
    ['a revert on no branch', `${commits}/main/revert`, post({ branch: 'none' }), 404, tell('404 Branch Not Found')],
  ]

  it.each(cases)('%s', async (_, path, options, status, body) => {
    const before = await standing()
    const reply = await bench.ask(path, options)
    expect([reply.status, reply.body]).toEqual([status, body])
    expect(reply.headers.get('content-type')).toBe('application/json')
    expect(reply.headers.get('cache-control')).toBe('no-cache')
    expect(await standing()).toEqual(before)
  })

  it('a token without the right, a member without the rank, and a stranger', async () => {
    const { powerless, stranger } = bench.accounts.credentials
    const scope = await bench.ask(commits, { ...post(fine), token: powerless.token })
    expect([scope.status, scope.body]).toMatchObject([403, { error: 'insufficient_scope', scope: 'api' }])
    const { members } = bench.state.project('owner/shop')
    for (const level of [0, 20, 30] as const) {
      members.set('stranger', { level })
      const refused = await bench.ask(commits, { ...post(fine), token: stranger.token })
      expect([refused.status, refused.body]).toEqual([403, { message: '403 Forbidden' }])
    }
    members.delete('stranger')
  })

  it('the version before', async () => {
    const reply = await fetch(`${bench.url}/api/v3/user`)
    expect([reply.status, await reply.json()]).toEqual([410, say('API V3 is no longer supported. Use API V4 instead.')])
    expect((await fetch(`${bench.url}/api/v5/user`)).status).toBe(404)
  })

  it('a wrong type in a form, as it does in JSON', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const wrong = await bench.ask('/projects', { method: 'POST', text: 'name=a&namespace_id=one', headers })
    expect([wrong.status, wrong.body]).toEqual([400, say('namespace_id is invalid')])
  })
})
