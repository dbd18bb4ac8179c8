import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

beforeAll(async () => {
  bench = await startGithub()
})

afterAll(() => bench.close())

/** Makes a repository on the emulator and a clone with one commit that is not pushed yet. */
async function clone(name: string, files: Record<string, string | Uint8Array>, token?: string): Promise<string> {
  await bench.state.create(bench.accounts.owner, name)
  const folder = join(bench.folder, name)
  await bench.mustGit(bench.folder, 'clone', '--quiet', bench.remote(`owner/${name}`, token), folder)
  await write(folder, files)
  await bench.mustGit(folder, 'add', '--all')
  await bench.mustGit(folder, 'commit', '--quiet', '--message', 'First')
  return folder
}

async function write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

describe('the emulated github.com, spoken to by git', () => {
  it('takes a push, gives it back to a clone, and holds a clean repository', async () => {
    const binary = Uint8Array.from({ length: 70_000 }, (_, index) => (index * index) % 251)
    const files = { 'a.txt': 'a\n', 'deep/er/b ü#?%.txt': 'b\n', 'image.bin': binary, empty: '' }
    const folder = await clone('round-trip', files)
    await chmod(join(folder, 'a.txt'), 0o755)
    await bench.mustGit(folder, 'commit', '--all', '--amend', '--no-edit', '--quiet')
    await bench.mustGit(folder, 'push', 'origin', 'main')

    const head = await bench.mustGit(folder, 'rev-parse', 'HEAD')
    expect(await bench.state.head('owner/round-trip')).toBe(head)
    await bench.mustGit(bench.state.repository('owner/round-trip').path, 'fsck', '--strict', '--full')

    const copy = join(bench.folder, 'round-trip-copy')
    await bench.mustGit(bench.folder, 'clone', bench.remote('owner/round-trip'), copy)
    expect(await bench.mustGit(copy, 'rev-parse', 'HEAD')).toBe(head)
    expect(new Uint8Array(await readFile(join(copy, 'image.bin')))).toEqual(binary)
    expect(await bench.mustGit(copy, 'ls-files', '--stage', 'a.txt')).toMatch(/^100755 /)
  })

  it('finds a repository in any case and without .git', async () => {
    const folder = await clone('Case', { f: '1' })
    await bench.mustGit(folder, 'push', 'origin', 'main')
    const url = bench.remote('OWNER/case').replace(/\.git$/, '')
    expect(await bench.mustGit(bench.folder, 'ls-remote', url, 'HEAD')).toContain('HEAD')
  })

  it('refuses a push to a branch that someone else moved, and takes it by force', async () => {
    const folder = await clone('moved', { f: '1' })
    await bench.mustGit(folder, 'push', 'origin', 'main')
    const author = { name: 'Stranger', email: 'stranger@example.com' }
    const theirs = await bench.state.commit({
      repository: 'owner/moved',
      files: { 'their file.txt': 'theirs', f: null },
      message: 'Their change',
      author,
    })
    await write(folder, { f: '2' })
    await bench.mustGit(folder, 'commit', '--all', '--quiet', '--message', 'Mine')

    const refused = await bench.git(folder, 'push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.complaints).toContain('[rejected]')
    expect(await bench.state.head('owner/moved')).toBe(theirs)
    await bench.mustGit(folder, 'fetch', 'origin')
    expect(await bench.mustGit(folder, 'log', '-1', '--format=%an: %s', 'origin/main')).toBe('Stranger: Their change')
    expect(await bench.mustGit(folder, 'ls-tree', '-r', '--name-only', 'origin/main')).toBe('their file.txt')

    await bench.mustGit(folder, 'push', '--force', 'origin', 'main')
    expect(await bench.state.head('owner/moved')).toBe(await bench.mustGit(folder, 'rev-parse', 'HEAD'))
  })

  it('makes the first pushed branch the default one', async () => {
    const folder = await clone('trunk', { f: '1' })
    await bench.mustGit(folder, 'push', 'origin', 'main:trunk')
    expect((await bench.ask('/repos/owner/trunk')).body.default_branch).toBe('trunk')
    const refused = await bench.git(folder, 'push', 'origin', ':trunk')
    expect(refused.complaints).toContain('refusing to delete the current branch: refs/heads/trunk')
  })

  it('refuses a wrong token, and a push without one', async () => {
    const folder = await clone('guarded', { f: '1' })
    const wrong = await bench.git(folder, 'push', bench.remote('owner/guarded', 'wrong'), 'main')
    expect(wrong.code).toBe(128)
    expect(wrong.complaints).toContain('Invalid username or token.')
    expect(wrong.complaints).toContain('Authentication failed')

    const response = await fetch(`${bench.web}/owner/guarded.git/info/refs?service=git-receive-pack`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="GitHub"')
    expect(await response.text()).toBe('No anonymous write access.')
    expect(await bench.state.head('owner/guarded')).toBeUndefined()
  })

  it('lets only its people push to a public repository', async () => {
    const folder = await clone('public', { f: '1' })
    const { stranger, powerless } = bench.accounts.credentials
    const refused = await bench.git(folder, 'push', bench.remote('owner/public', stranger.token), 'main')
    expect(refused.complaints).toContain('Permission to owner/public.git denied to stranger.')
    expect(refused.complaints).toContain('403')
    const withoutScope = await bench.git(folder, 'push', bench.remote('owner/public', powerless.token), 'main')
    expect(withoutScope.complaints).toContain('Permission to owner/public.git denied to owner.')

    bench.state.repository('owner/public').collaborators.set('stranger', 'push')
    await bench.mustGit(folder, 'push', bench.remote('owner/public', stranger.token), 'main')
    await bench.mustGit(bench.folder, 'ls-remote', `${bench.web}/owner/public.git`)
  })

  it('hides private repositories', async () => {
    await bench.state.create(bench.accounts.owner, 'secret', { private: true })
    const { stranger } = bench.accounts.credentials
    const hidden = await bench.git(bench.folder, 'ls-remote', bench.remote('owner/secret', stranger.token))
    expect(hidden.code).toBe(128)
    expect(hidden.complaints).toContain('Repository not found.')
    const anonymous = await fetch(`${bench.web}/owner/secret.git/info/refs?service=git-upload-pack`)
    const absent = await fetch(`${bench.web}/owner/absent.git/info/refs?service=git-upload-pack`)
    expect([anonymous.status, absent.status]).toEqual([401, 401])
    expect(await anonymous.text()).toBe(await absent.text())
    await bench.mustGit(bench.folder, 'ls-remote', bench.remote('owner/secret'))
  })

  it('refuses a workflow from a token without that scope, and nothing else', async () => {
    const { withoutWorkflow } = bench.accounts.credentials
    const remote = withoutWorkflow.token
    const folder = await clone('workflow', { '.github/workflows/ci.yml': 'on: push\n' }, remote)
    const refused = await bench.git(folder, 'push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.complaints).toContain(
      '! [remote rejected] main -> main (refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope)',
    )
    expect(await bench.state.head('owner/workflow')).toBeUndefined()

    await bench.mustGit(folder, 'push', bench.remote('owner/workflow'), 'main')
    await write(folder, { 'other.txt': '1' })
    await bench.mustGit(folder, 'add', '--all')
    await bench.mustGit(folder, 'commit', '--quiet', '--message', 'Other')
    await bench.mustGit(folder, 'push', 'origin', 'main')
    expect(await bench.state.head('owner/workflow')).toBe(await bench.mustGit(folder, 'rev-parse', 'HEAD'))
  })

  it('takes a workflow without that scope where another branch holds the same file', async () => {
    const { withoutWorkflow } = bench.accounts.credentials
    const folder = await clone('same-workflow', { '.github/workflows/ci.yml': 'on: push\n' })
    await bench.mustGit(folder, 'push', 'origin', 'main')
    await bench.mustGit(folder, 'checkout', '--quiet', '--orphan', 'other')
    await bench.mustGit(folder, 'commit', '--quiet', '--message', 'Another root')
    await bench.mustGit(folder, 'push', bench.remote('owner/same-workflow', withoutWorkflow.token), 'other')
    expect(await bench.state.head('owner/same-workflow', 'other')).toBe(
      await bench.mustGit(folder, 'rev-parse', 'HEAD'),
    )
  })

  it('refuses a file of more than 100 MB', async () => {
    const folder = await clone('large', { 'some folder/large.bin': new Uint8Array(101 * 1024 * 1024) })
    const refused = await bench.git(folder, 'push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.complaints).toContain(
      "File some folder/large.bin is 101.00 MB; this exceeds GitHub's file size limit of 100.00 MB",
    )
    expect(refused.complaints).toContain('GH001: Large files detected.')
    expect(refused.complaints).toContain('(pre-receive hook declined)')
    expect(await bench.state.head('owner/large')).toBeUndefined()
  })

  it('refuses objects that fsck refuses', async () => {
    const folder = await clone('broken', { f: '1' })
    const tree = await bench.mustGit(folder, 'rev-parse', 'HEAD^{tree}')
    await write(bench.folder, { 'broken-commit': `tree ${tree}\nauthor nobody\ncommitter nobody\n\nBroken\n` })
    const file = join(bench.folder, 'broken-commit')
    const oid = await bench.mustGit(folder, 'hash-object', '-t', 'commit', '-w', '--literally', file)
    const refused = await bench.git(folder, 'push', 'origin', `${oid}:refs/heads/main`)
    expect(refused.code).toBe(1)
    expect(await bench.state.head('owner/broken')).toBeUndefined()
  })

  it('serves archived repositories read-only', async () => {
    const folder = await clone('archived', { f: '1' })
    await bench.mustGit(folder, 'push', 'origin', 'main')
    await bench.ask('/repos/owner/archived', { method: 'PATCH', json: { archived: true } })
    const refused = await bench.git(folder, 'push', 'origin', 'main:again')
    expect(refused.complaints).toContain('This repository was archived so it is read-only.')
    await bench.mustGit(folder, 'fetch', 'origin')
  })

  it('sends no CORS header and answers no preflight', async () => {
    await bench.state.create(bench.accounts.owner, 'no-cors')
    const url = `${bench.web}/owner/no-cors.git/info/refs?service=git-upload-pack`
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost', 'Access-Control-Request-Method': 'GET' },
    })
    const answer = await fetch(url, { headers: { Origin: 'http://localhost' } })
    expect([preflight.status, answer.status]).toEqual([405, 200])
    for (const { headers } of [preflight, answer]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('survives a client that leaves in the middle of a push', async () => {
    await bench.state.create(bench.accounts.owner, 'left')
    const { hostname, port } = new URL(bench.web)
    const basic = Buffer.from(`x:${bench.accounts.credentials.owner.token}`).toString('base64')
    const socket = connect(Number(port), hostname)
    await new Promise((resolve) => socket.once('connect', resolve))
    const head = [
      'POST /owner/left.git/git-receive-pack HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: Basic ${basic}`,
      'Content-Type: application/x-git-receive-pack-request',
      'Content-Length: 100000',
    ]
    await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n00`, resolve))
    socket.destroy()
    const folder = join(bench.folder, 'left')
    await bench.mustGit(bench.folder, 'init', '--quiet', folder)
    await bench.mustGit(folder, 'commit', '--allow-empty', '--quiet', '--message', 'After')
    await bench.mustGit(folder, 'push', bench.remote('owner/left'), 'main')
    expect(await bench.state.head('owner/left')).toBe(await bench.mustGit(folder, 'rev-parse', 'HEAD'))
  })

  it('shows a repository and a commit to people', async () => {
    await bench.state.create(bench.accounts.owner, 'shown')
    expect(await (await fetch(`${bench.web}/owner/shown`)).text()).toContain('This repository is empty.')
    const oid = await bench.state.commit({
      repository: 'owner/shown',
      files: { '<b>.txt': '1' },
      message: 'Shown & told',
      author: bench.accounts.owner,
    })
    const page = await fetch(`${bench.web}/owner/shown/commit/${oid}`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const text = await page.text()
    expect(text).toContain('Shown &amp; told')
    expect(text).toContain('&lt;b&gt;.txt')
    expect((await fetch(`${bench.web}/owner/shown/commit/${'0'.repeat(40)}`)).status).toBe(404)
    expect((await fetch(`${bench.web}/owner/absent`)).status).toBe(404)
  })
})
