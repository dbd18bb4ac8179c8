import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { startGithub } from './github-support.js'
import { startGitlab } from './gitlab-support.js'

/** A repository `owner/shop` with two commits on `main`, as a server of git. */
interface Server {
  readonly url: string
  readonly authorization: string
  /** Of the bare repository. */
  readonly folder: string
  close(): Promise<void>
}

const basic = (token: string): string => `Basic ${btoa(`x:${token}`)}`
const commits = [
  { files: { a: '1' }, message: 'First' },
  { files: { a: '2' }, message: 'Second' },
]

async function githubServer(): Promise<Server> {
  const bench = await startGithub()
  const { owner, credentials } = bench.accounts
  await bench.state.create(owner, 'shop')
  for (const one of commits) await bench.state.commit({ repository: 'owner/shop', author: owner, ...one })
  const folder = bench.state.repository('owner/shop').path
  const authorization = basic(credentials.owner.token)
  return { url: `${bench.web}/owner/shop`, authorization, folder, close: bench.close }
}

async function gitlabServer(): Promise<Server> {
  const bench = await startGitlab()
  const { owner, credentials } = bench.accounts
  const { folder } = await bench.state.create('owner/shop')
  for (const one of commits) await bench.state.commit({ project: 'owner/shop', author: owner, ...one })
  const authorization = basic(credentials.owner.token)
  return { url: `${bench.url}/owner/shop`, authorization, folder, close: bench.close }
}

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text
const none = '0'.repeat(40)

describe.each([
  ['GitHub', githubServer],
  ['GitLab', gitlabServer],
] as const)("the emulated %s's git refuses", (name, start) => {
  const isGithub = name === 'GitHub'
  let server: Server
  let git: NativeGit
  let first: string
  let head: string
  beforeAll(async () => {
    server = await start()
    git = await startNativeGit()
    ;[head = '', first = ''] = (await git.run(server.folder, 'rev-list', 'main')).split('\n')
  })
  afterAll(async () => {
    await git.close()
    await server.close()
  })

  async function ask(path: string, options: RequestInit = {}) {
    const headers = { Authorization: server.authorization, ...options.headers }
    const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...options, headers })
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
    return { status: response.status, headers: response.headers, text }
  }

  const post = (service: 'upload' | 'receive', body: string | Uint8Array, headers: Record<string, string> = {}) =>
    ask(`.git/git-${service}-pack`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body as Uint8Array)),
      headers: { 'Content-Type': `application/x-git-${service}-pack-request`, ...headers },
    })

  /** Asks for one ref to be moved, with a pack. @returns the server's report on it */
  async function move(ref: string, from: string, to: string, pack: Uint8Array = emptyPack): Promise<string> {
    const command = line(`${from} ${to} ${ref}\0report-status agent=test\n`)
    const { text } = await post('receive', Buffer.concat([Buffer.from(`${command}0000`), pack]))
    return text
  }

  /** What the repository holds, and how much of it. */
  async function standing(): Promise<string> {
    return `${await git.run(server.folder, 'for-each-ref')} ${await git.run(server.folder, 'count-objects', '-v')}`
  }

  it('what is not its protocol, by name, by method and by type', async () => {
    const before = await standing()
    const service = '.git/info/refs?service=git-receive-pack'
    const refusals = [
      ['.git/info/refs', {}, 403],
      ['.git/info/refs?service=git-upload-archive', {}, 403],
      ['.git/info/refs?service=', {}, 403],
      ['.git/HEAD', {}, 404],
      ['.git/objects/info/packs', {}, 404],
      ['.git/config', {}, 404],
      ['.git/..%2f..%2fconfig', {}, 404],
      [service, { method: 'POST' }, 405],
      [service, { method: 'OPTIONS' }, 405],
      ['.git/git-receive-pack', {}, 405],
      ['.git/git-upload-archive', { method: 'POST' }, 405],
      [service, { headers: { Authorization: basic('wrong') } }, 401],
      [service, { headers: { Authorization: '' } }, 401],
    ] as const
    for (const [path, options, status] of refusals) {
      const reply = await ask(path, options)
      expect([path, options, reply.status]).toEqual([path, options, status])
      expect([...reply.headers.keys()].join()).not.toContain('access-control')
      if (status === 401) expect(reply.headers.get('www-authenticate')).toBe(`Basic realm="${name}"`)
    }
    for (const type of ['', 'text/plain', 'application/x-git-upload-pack-request']) {
      const reply = await post('receive', '0000', { 'Content-Type': type })
      expect([type, reply.status]).toEqual([type, isGithub ? 415 : 403])
    }
    expect(await standing()).toBe(before)
  })

  it('lines that are none, and what says that it is packed and is not', async () => {
    const before = await standing()
    const garbage = ['zzzz', '0003', 'fff0short', '', line('hello'), randomBytes(300), line(`want ${'x'.repeat(40)}\n`)]
    for (const service of ['upload', 'receive'] as const) {
      for (const body of garbage) {
        // git-http-backend has begun its answer when it finds out, so nothing comes after the head of it.
        const { status, text } = await post(service, body)
        expect([status, text]).toEqual([200, ''])
      }
      const { text } = await post(service, '0000', { 'Content-Encoding': 'gzip' })
      expect(text).toBe('')
    }
    expect(await standing()).toBe(before)
  })

  it('to give what it does not have', async () => {
    const want = (oid: string) => post('upload', `${line(`want ${oid}\n`)}0000${line('done\n')}`)
    expect((await want(head)).text).toContain('PACK')
    const absent = randomBytes(20).toString('hex')
    expect((await want(absent)).text).toContain(`ERR upload-pack: not our ref ${absent}`)
    const unknown = await post('upload', `${line('command=guess\n')}0000`, { 'Git-Protocol': 'version=2' })
    expect(unknown.text).not.toContain('PACK')
    expect(unknown.text).toMatch(/^$|ERR/)
  })

  it('packs that are broken, and keeps nothing of them', async () => {
    const before = await standing()
    const source = `${git.folder}/pack-${name}`
    await git.run(git.folder, 'init', '--quiet', source)
    await git.run(source, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-q', '--allow-empty', '-mA')
    const made = await git.run(source, 'rev-parse', 'HEAD')
    await git.run(source, 'bundle', 'create', '--quiet', 'bundle', 'HEAD')
    const bundle = await readFile(`${source}/bundle`)
    const whole = bundle.subarray(bundle.indexOf('PACK'))
    const broken = {
      truncated: whole.subarray(0, -10),
      'with another sum': Buffer.concat([whole.subarray(0, -1), Buffer.of(1 ^ (whole.at(-1) ?? 0))]),
      'of nothing': new Uint8Array(),
      'of noise': randomBytes(100),
      'without the object': emptyPack,
    }
    for (const [what, bytes] of Object.entries(broken)) {
      const text = await move('refs/heads/new', none, made, bytes)
      expect([what, text]).not.toEqual([what, expect.stringContaining('ok refs/heads/new')])
      expect([what, await standing()]).toEqual([what, before])
    }
    expect(await move('refs/heads/new', none, made, whole)).toContain('ok refs/heads/new')
    expect(await move('refs/heads/new', made, none)).toContain('ok refs/heads/new')
  })

  it('to move a ref from where it does not stand, to what is none, and by a name that is none', async () => {
    const before = await git.run(server.folder, 'for-each-ref')
    const absent = randomBytes(20).toString('hex')
    expect(await move('refs/heads/main', first, first)).toContain('ng refs/heads/main')
    expect(await move('refs/heads/main', none, first)).toContain('ng refs/heads/main')
    expect(await move('refs/heads/other', head, first)).toContain('ng refs/heads/other')
    expect(await move('refs/heads/other', none, absent)).toContain('ng refs/heads/other')
    expect(await move('refs/heads/main/below', none, head)).toContain('ng refs/heads/main/below')
    for (const ref of ['main', 'refs/heads/a..b', 'refs/heads/a b', 'refs/../main', 'refs/heads/', 'refs/heads/.lock'])
      expect([ref, await move(ref, none, head)]).not.toEqual([ref, expect.stringContaining(`ok ${ref}`)])
    if (!isGithub) expect(await move('refs/merge-requests/1/head', none, head)).toContain('hidden ref')
    expect(await git.run(server.folder, 'for-each-ref')).toBe(before)
  })

  it('to take a name without .git for the repository, where it is not served so', async () => {
    const { status, headers } = await ask('/info/refs?service=git-upload-pack')
    const elsewhere = isGithub ? null : `${server.url}.git/info/refs?service=git-upload-pack`
    expect([status, headers.get('location')]).toEqual([isGithub ? 200 : 301, elsewhere])
    expect(await git.run(git.folder, 'ls-remote', server.url, 'main')).toContain(head)
    if (isGithub) return
    expect((await ask('/git-upload-pack', { method: 'POST' })).status).toBe(404)
    expect((await ask('.git/info/refs?service=git-upload-pack', { method: 'HEAD' })).status).toBe(403)
  })
})

/** A pack of no objects (gitformat-pack(5)). */
const emptyPack = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex')
