import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CollectOptions, collectArtifacts, type SourceFile } from '../../src/artifacts/collect.js'
import { memoryContentStore } from '../../src/artifacts/content-store.js'
import { digestFile } from '../../src/artifacts/digest.js'
import type { ContentStore } from '../../src/spec/artifact.js'

const encoder = new TextEncoder()

function file(path: string, content: string | Uint8Array = path): SourceFile {
  return { path, mode: '100644', bytes: typeof content === 'string' ? encoder.encode(content) : content }
}

function collect(files: CollectOptions['files'], options: Partial<CollectOptions> = {}) {
  const { signal } = new AbortController()
  return collectArtifacts({ files, excluded: [], store: memoryContentStore(), signal, ...options })
}

describe('the digests of a file', () => {
  it('are those of git and of another SHA-1, from empty to large and however often in a row', async () => {
    const sizes = [0, 1, 9, 10, 4096, 65_537, 1_000_000, 3]
    const contents = sizes.map((size) => randomBytes(size))
    const folder = await mkdtemp(join(tmpdir(), 'tabship-'))
    try {
      const paths = contents.map((_, index) => join(folder, String(index)))
      await Promise.all(contents.map((bytes, index) => writeFile(paths[index] ?? '', bytes)))
      const git = spawnSync('git', ['hash-object', '--no-filters', ...paths], { encoding: 'utf8' })
      const expected = git.stdout.trim().split('\n')
      expect(expected).toHaveLength(sizes.length)
      for (const [index, bytes] of contents.entries()) {
        const sha1 = createHash('sha1').update(bytes).digest('hex')
        expect(await digestFile(bytes)).toEqual({ sha1, oid: expected[index] })
      }
      const atOnce = await Promise.all(contents.map((bytes) => digestFile(bytes)))
      expect(atOnce.map(({ oid }) => oid)).toEqual(expected)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('collecting', () => {
  it('keeps names as they are, ordered and in NFC, and every byte', async () => {
    const names = [
      'z.txt',
      '.well-known/acme',
      '.nojekyll',
      'a b.txt',
      'c#d?e%20.txt',
      'cafe\u0301.txt',
      '日本/🚀.svg',
      'a.txt',
    ]
    const set = await collect(names.map((name) => file(name)))
    expect(set.artifacts.map(({ path }) => path)).toEqual(names.map((name) => name.normalize('NFC')).sort())
    expect(set.size).toBe(names.reduce((sum, name) => sum + encoder.encode(name).length, 0))
    for (const artifact of set.artifacts) {
      const bytes = await artifact.read()
      expect(bytes).toHaveLength(artifact.size)
      expect(new TextDecoder().decode(bytes).normalize('NFC')).toBe(artifact.path)
    }
  })

  it('takes an empty file', async () => {
    const { artifacts } = await collect([file('empty', '')])
    expect(artifacts[0]).toMatchObject({ size: 0, oid: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' })
    expect(await artifacts[0]?.read()).toEqual(new Uint8Array())
  })

  it('stores the same content once, and hands out bytes that the caller may change', async () => {
    const store = memoryContentStore()
    let puts = 0
    const counting: ContentStore = {
      ...store,
      put: (sha1, bytes) => {
        puts += 1
        return store.put(sha1, bytes)
      },
    }
    const { artifacts } = await collect([file('a', 'same'), file('b', 'same')], { store: counting })
    expect(puts).toBe(1)
    const first = await artifacts[0]?.read()
    structuredClone(first?.fill(0), first && { transfer: [first.buffer] })
    expect(new TextDecoder().decode(await artifacts[1]?.read())).toBe('same')
  })

  it('stores bytes in memory of their own when they are a part of a larger buffer', async () => {
    const store = memoryContentStore()
    const { artifacts } = await collect([file('part', new Uint8Array(1000).subarray(10, 20))], { store })
    expect((await store.get(artifacts[0]?.sha1 ?? ''))?.buffer.byteLength).toBe(10)
  })

  it('takes files as they come, and what was left out once they have come', async () => {
    const excluded: Array<{ path: string; reason: 'secret' | 'unreadable' }> = [{ path: 'z', reason: 'secret' }]
    async function* files() {
      yield file('one')
      yield file('two', 'four')
      excluded.push({ path: 'locked', reason: 'unreadable' })
    }
    const set = await collect(files(), { excluded })
    expect(set.excluded.map(({ path }) => path)).toEqual(['locked', 'z'])
    expect(set.size).toBe(7)
  })

  it.each([
    ['.npmrc', '//registry.example/:_authToken=npm_0123456789'],
    ['.npmrc', '//registry.example/:_authToken = "npm_0123456789"\r\n'],
    ['.npmrc', 'save-exact=true\n# //registry.example/:_password=c2VjcmV0\n'],
    ['packages/site/.npmrc', '_auth = "dXNlcjpzZWNyZXQ="'],
    ['.npmrc', `//registry.example/:_authToken=\${TOKEN}\n//other.example/:_authToken=npm_0123456789`],
    ['.npmrc', 'registry=https://user:secret@registry.example/'],
    ['.yarnrc', '"//registry.example/:_authToken" "0123456789"'],
    ['.yarnrc.yml', 'npmScopes:\n  made:\n    npmAuthToken: 0123456789\n'],
    ['.yarnrc.yml', `npmAuthToken: "\${TOKEN:-0123456789}"\n`],
    ['server.pem', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n'],
    ['config/master.key', '0123456789abcdef'],
    ['tls/der.KEY', new Uint8Array([0x30, 0x82, 1, 2])],
  ])('leaves out what its content shows to be private: %s with %j', async (path, content) => {
    const set = await collect([file('fine'), file(path, content)])
    expect(set.artifacts.map((artifact) => artifact.path)).toEqual(['fine'])
    expect(set.excluded).toEqual([{ path, reason: 'secret' }])
  })

  it.each([
    ['.npmrc', `engine-strict=true\nalways-auth=true\n//registry.example/:_authToken=\${NPM_TOKEN}\n`],
    ['.npmrc', `//registry.example/:_authToken = \${NPM_TOKEN}\r\n_password=\n`],
    ['.yarnrc.yml', `nodeLinker: node-modules\nnpmAuthToken: "\${NPM_TOKEN:-}"\n`],
    ['ca.pem', '-----BEGIN CERTIFICATE-----\n'],
    ['public.key', '-----BEGIN PUBLIC KEY-----\n'],
    ['talk.key', new Uint8Array([0x50, 0x4b, 3, 4, 0])],
    ['notes.md', '_authToken=npm_0123456789'],
  ])('keeps what only has the name of a secret: %s with %j', async (path, content) => {
    expect((await collect([file(path, content)])).artifacts).toHaveLength(1)
  })

  it('says so when the store has lost the bytes', async () => {
    const { artifacts } = await collect([file('a')], {
      store: { ...memoryContentStore(), get: async () => undefined },
    })
    await expect(artifacts[0]?.read()).rejects.toMatchObject({
      name: 'JournalError',
      code: 'content-lost',
      message: /"a"/,
    })
  })

  it('ends with the reason of an abort, and asks for no more files', async () => {
    const controller = new AbortController()
    let asked = 0
    function* files() {
      for (;;) {
        asked += 1
        if (asked === 3) controller.abort(new Error('enough'))
        yield file(`${asked}`)
      }
    }
    await expect(collect(files(), { signal: controller.signal })).rejects.toThrow('enough')
    expect(asked).toBe(3)
  })
})

describe('names that can not be published', () => {
  it.each([
    '',
    '/etc/passwd',
    '../up',
    'a/../../b',
    'a/./b',
    'a//b',
    'a/',
    'a\\b',
    'nul\0',
    'line\nbreak',
    'half\uD800',
    '.git/config',
    'sub/.GIT/hooks/x',
    '.g\u200Cit/config',
    'git~1/config',
  ])('are refused by name: %j', async (path) => {
    await expect(collect([file('fine'), file(path)])).rejects.toMatchObject({
      name: 'OptionsError',
      code: 'artifact-path-invalid',
      message: expect.stringContaining('can be neither committed nor published'),
      hint: expect.stringContaining('files.exclude'),
      details: { path },
    })
  })

  it.each([
    ['README.md', 'readme.md'],
    ['Assets/a.js', 'assets/b.js'],
    ['x/Größe.css', 'x/GRÖSSE.css'.replace('SS', 'ß')],
    ['Ωμέγα', 'ωμέγα'],
    ['caf\u00E9', 'cafe\u0301'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['A', 'a/b'],
    ['same', 'same'],
  ])('are refused in pairs: %j and %j', async (one, other) => {
    const outcome = await collect([file(one), file(other)]).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ name: 'OptionsError', code: 'artifact-path-conflict' })
    const { paths } = (outcome as { details: { paths: string[] } }).details
    expect(paths).toHaveLength(2)
  })

  it('name both folders of a conflict', async () => {
    await expect(collect([file('site/Assets/a.js'), file('site/assets/b.js')])).rejects.toThrow(
      '"site/Assets" and "site/assets" differ in upper and lower case only.',
    )
  })

  it('are not those that only look alike', async () => {
    const names = ['straße', 'strasse', '.gitignore', '.github/x', 'a.git/x', 'git', 'a..b', '...', 'ı', 'i']
    expect((await collect(names.map((name) => file(name)))).artifacts).toHaveLength(names.length)
  })
})
