import { randomBytes } from 'node:crypto'
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator, type LoggedRequest } from '../../src/emulator/index.js'
import type { Files } from '../support/artifacts.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { githubHost, gitlabHost, type ServedHost } from './git-hosts.js'
import { commitFiles, listFiles, runAs } from './work-tree.js'

let emulator: Emulator
let git: NativeGit
let count = 0

beforeAll(async () => {
  emulator = await createEmulator()
  git = await startNativeGit()
})
afterAll(async () => {
  await git.close()
  await emulator.close()
})

const run = (folder: string, ...command: string[]) => runAs(git, folder, ...command)
const commit = (folder: string, files: Files, message?: string) => commitFiles(git, folder, files, message)
const filesOf = (folder: string) => listFiles(git, folder)

describe.each([
  ['GitHub', githubHost],
  ['GitLab', gitlabHost],
] as const)('native git at the emulated %s', (_, hostOf) => {
  let host: ServedHost
  beforeAll(() => {
    host = hostOf(emulator)
  })

  /** An empty repository, and a clone of it. */
  async function begin(): Promise<{ readonly name: string; readonly folder: string }> {
    const name = `owner/native-${++count}`
    await host.create(name)
    return { name, folder: await clone(name) }
  }

  async function clone(name: string, ...options: string[]): Promise<string> {
    const folder = join(git.folder, `work-${++count}`)
    await run(git.folder, '-c', 'init.defaultBranch=main', 'clone', '--quiet', ...options, host.remote(name), folder)
    return folder
  }

  /** What git asked since the log was cleared, in short: `GET info/refs`. */
  const asked = (): string[] => gitRequests().map(({ method, path }) => `${method} ${/\.git\/([^?]+)/.exec(path)?.[1]}`)
  const gitRequests = (): LoggedRequest[] => emulator.requests.filter(({ path }) => path.includes('.git/'))

  it('clones nothing, pushes the first commit, and everyone reads the same', async () => {
    const { name, folder } = await begin()
    expect(await run(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n')
    await chmod(join(folder, 'run.sh'), 0o755)
    await symlink('index.html', join(folder, 'link'))
    const head = await commit(
      folder,
      { 'index.html': '<!doctype html>\r\n', 'deep/größe & #?%+.txt': 'ü', 'a.bin': Uint8Array.of(0, 255), empty: '' },
      'First words\n\nAnd more of them',
    )
    await run(folder, 'push', '--quiet', 'origin', 'main')

    expect(await host.branch(name, 'main')).toBe(head)
    expect(await host.files(name, head)).toEqual(await filesOf(folder))
    const seconds = await run(folder, 'log', '-1', '--format=%at')
    const told = await host.commit(name, 'main')
    expect(told).toMatchObject({ id: head, author: `Ada Example <ada@example.com> ${seconds}`, parents: [] })
    expect(told.message.trimEnd()).toBe('First words\n\nAnd more of them')
    const copy = await clone(name)
    expect(await filesOf(copy)).toEqual(await filesOf(folder))
    expect(await run(copy, 'status', '--porcelain')).toBe('')
  })

  it('fetches what the API has written, and pushes on top of it', async () => {
    const { name, folder } = await begin()
    await commit(folder, { 'a.txt': 'a' })
    await run(folder, 'push', '--quiet', 'origin', 'main')
    const theirs = await host.write(name, 'main', 'from-the-api.txt', 'written by the API')
    await run(folder, 'pull', '--quiet', '--ff-only', 'origin', 'main')
    expect(await run(folder, 'rev-parse', 'HEAD')).toBe(theirs)
    expect(await readFile(join(folder, 'from-the-api.txt'), 'utf8')).toBe('written by the API')
    const mine = await commit(folder, { 'b.txt': 'b' })
    await run(folder, 'push', '--quiet', 'origin', 'main')
    expect(await host.commit(name, 'main')).toMatchObject({ id: mine, parents: [theirs] })
  })

  it('makes, moves and deletes branches and tags, and lists what is there', async () => {
    const { name, folder } = await begin()
    const first = await commit(folder, { 'a.txt': '1' })
    await run(folder, 'tag', 'light')
    await run(folder, 'tag', '--annotate', '--message', 'Told', 'annotated')
    await run(folder, 'push', '--quiet', 'origin', 'main', 'main:refs/heads/feature/one', '--tags')
    expect(await host.branch(name, 'feature/one')).toBe(first)
    expect((await host.commit(name, 'annotated')).id).toBe(first)

    const second = await commit(folder, { 'a.txt': '2' })
    await run(folder, 'push', '--quiet', 'origin', 'main', ':feature/one', ':refs/tags/light')
    expect(await host.branch(name, 'feature/one')).toBeUndefined()
    const listed = (await run(folder, 'ls-remote', '--symref', 'origin')).split('\n')
    const tag = await run(folder, 'rev-parse', 'annotated')
    expect(listed).toEqual([
      'ref: refs/heads/main\tHEAD',
      `${second}\tHEAD`,
      `${second}\trefs/heads/main`,
      `${tag}\trefs/tags/annotated`,
      `${first}\trefs/tags/annotated^{}`,
    ])
    await run(folder, 'fetch', '--quiet', '--prune', '--prune-tags', 'origin')
    expect(await run(folder, 'tag')).toBe('annotated')
  })

  it('clones shallowly, deepens, pushes from there, and gets the whole in the end', async () => {
    const { name, folder } = await begin()
    for (const content of ['1', '2', '3', '4']) await commit(folder, { 'a.txt': content })
    await run(folder, 'push', '--quiet', 'origin', 'main')
    const shallow = await clone(name, '--depth=1')
    const depth = () => run(shallow, 'rev-list', '--count', 'HEAD')
    expect(await depth()).toBe('1')
    const pushed = await commit(shallow, { 'b.txt': 'b' })
    await run(shallow, 'push', '--quiet', 'origin', 'HEAD:refs/heads/other')
    expect(await host.branch(name, 'other')).toBe(pushed)
    await run(shallow, 'fetch', '--quiet', '--deepen=1', 'origin', 'main')
    expect(await depth()).toBe('3')
    await run(shallow, 'fetch', '--quiet', '--unshallow', 'origin', 'main')
    expect([await depth(), await run(shallow, 'rev-parse', '--is-shallow-repository')]).toEqual(['5', 'false'])
  })

  it('clones without contents, and fetches those that it needs', async () => {
    const { name, folder } = await begin()
    await commit(folder, { 'a.txt': 'first', 'b.txt': 'same' })
    await commit(folder, { 'a.txt': 'second' })
    await run(folder, 'push', '--quiet', 'origin', 'main')
    const partial = await clone(name, '--filter=blob:none', '--no-checkout')
    const missing = async () =>
      (await run(partial, 'rev-list', '--objects', '--all', '--missing=print')).match(/^\?/gm)?.length ?? 0
    expect(await missing()).toBe(3)
    await run(partial, 'checkout', '--quiet', 'main')
    expect([await readFile(join(partial, 'a.txt'), 'utf8'), await missing()]).toEqual(['second', 1])
    expect(await run(partial, 'show', 'main~1:a.txt')).toBe('first')
    expect(await missing()).toBe(0)
  })

  it('overwrites a branch only with the right lease, or by force', async () => {
    const { name, folder } = await begin()
    const first = await commit(folder, { 'a.txt': '1' })
    await run(folder, 'push', '--quiet', 'origin', 'main', 'main:work')
    await run(folder, 'fetch', '--quiet', 'origin')
    const amend = async (words: string) => {
      await run(folder, 'commit', '--quiet', '--amend', '--message', words)
      return run(folder, 'rev-parse', 'HEAD')
    }
    const push = (...options: string[]) => run(folder, 'push', ...options, 'origin', 'HEAD:work')

    const mine = await amend('Mine')
    await expect(push()).rejects.toThrow('(non-fast-forward)')
    expect(await host.branch(name, 'work')).toBe(first)
    await push('--quiet', `--force-with-lease=work:${first}`)
    expect(await host.branch(name, 'work')).toBe(mine)

    const theirs = await host.write(name, 'work', 'theirs.txt', 'theirs')
    const again = await amend('Mine again')
    await expect(push('--force-with-lease')).rejects.toThrow('(stale info)')
    await expect(push(`--force-with-lease=work:${first}`)).rejects.toThrow('(stale info)')
    expect(await host.branch(name, 'work')).toBe(theirs)
    await push('--quiet', '--force')
    expect(await host.branch(name, 'work')).toBe(again)
  })

  it('pushes all refs or none where it is asked to', async () => {
    const { name, folder } = await begin()
    const first = await commit(folder, { 'a.txt': '1' })
    await run(folder, 'push', '--quiet', 'origin', 'main', 'main:work')
    const second = await commit(folder, { 'a.txt': '2' })
    // The default branch can't be deleted at either.
    const push = (...refs: string[]) => run(folder, 'push', '--atomic', 'origin', ...refs)
    await expect(push('HEAD:work', 'HEAD:new', ':main')).rejects.toThrow('! [remote rejected]')
    expect(await host.branch(name, 'work')).toBe(first)
    expect(await host.branch(name, 'new')).toBeUndefined()
    expect(await host.branch(name, 'main')).toBe(first)
    await push('--quiet', 'HEAD:work', 'HEAD:new')
    expect([await host.branch(name, 'work'), await host.branch(name, 'new')]).toEqual([second, second])
  })

  it('pushes more than it holds in memory, in chunks', async () => {
    const { name, folder } = await begin()
    const head = await commit(folder, { 'large.bin': randomBytes(3_000_000) })
    emulator.clearRequests()
    await run(folder, '-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'main')
    // It asks with four bytes whether it may, since what is streamed can't be sent a second time.
    const posts = gitRequests().filter(({ method, status }) => method === 'POST' && status === 200)
    expect(posts.map(({ bytes }) => (bytes > 3_000_000 ? 'large' : bytes))).toEqual([4, 'large'])
    expect(await host.files(name, head)).toEqual(await filesOf(folder))
  })

  it('speaks each version of the protocol', async () => {
    const { name, folder } = await begin()
    const ways = {
      0: ['GET info/refs', 'POST git-upload-pack'],
      1: ['GET info/refs', 'POST git-upload-pack'],
      2: ['GET info/refs', 'POST git-upload-pack', 'POST git-upload-pack'],
    }
    for (const [version, requests] of Object.entries(ways)) {
      const speak = (...command: string[]) => run(folder, '-c', `protocol.version=${version}`, ...command)
      const head = await commit(folder, { 'version.txt': version })
      await speak('push', '--quiet', 'origin', 'main')
      emulator.clearRequests()
      await speak('clone', '--quiet', host.remote(name, null), join(git.folder, `version-${++count}`))
      expect(asked()).toEqual(requests)
      expect(await run(join(git.folder, `version-${count}`), 'rev-parse', 'HEAD')).toBe(head)
    }
  })

  it('packs a long question', async () => {
    const { name, folder } = await begin()
    await commit(folder, { 'a.txt': 'a' })
    const many = 'alias.tips=!for n in $(seq 30); do git commit-tree -m "Tip $n" HEAD^{tree}; done'
    const heads = (await run(folder, '-c', many, 'tips')).split('\n')
    await run(folder, 'push', '--quiet', 'origin', 'main', ...heads.map((id, index) => `${id}:refs/heads/tip-${index}`))
    emulator.clearRequests()
    const copy = await clone(name, '-c', 'protocol.version=0')
    // Each of them is a line of 50 bytes where it is not packed.
    const [question] = gitRequests().filter(({ method }) => method === 'POST')
    expect(question?.bytes).toBeLessThan(50 * heads.length)
    const tips = await run(copy, 'for-each-ref', '--format=%(objectname)', 'refs/remotes/origin/tip-*')
    expect(tips.split('\n').sort()).toEqual([...heads].sort())
  })

  it('needs no token to read what is public, and the right one for all else', async () => {
    const { name, folder } = await begin()
    await commit(folder, { 'a.txt': 'a' })
    await run(folder, 'push', '--quiet', 'origin', 'main')
    expect(await run(git.folder, 'ls-remote', host.remote(name, null), 'main')).toContain('refs/heads/main')
    const unnamed = 'could not read Username'
    await expect(run(folder, 'push', host.remote(name, null), 'HEAD:other')).rejects.toThrow(unnamed)
    await expect(run(folder, 'push', host.remote(name, 'wrong'), 'HEAD:other')).rejects.toThrow('Authentication failed')
    const { stranger } = emulator.otherTokens
    await expect(run(folder, 'push', host.remote(name, stranger), 'HEAD:other')).rejects.toThrow('error: 403')
    expect(await host.branch(name, 'other')).toBeUndefined()

    const hidden = `owner/hidden-${++count}`
    await host.create(hidden, { hidden: true })
    await run(git.folder, 'ls-remote', host.remote(hidden))
    await expect(run(git.folder, 'ls-remote', host.remote(hidden, null))).rejects.toThrow(unnamed)
    await expect(run(git.folder, 'ls-remote', host.remote(hidden, stranger))).rejects.toThrow('not found')
  })
})
