import { createHash } from 'node:crypto'
import type { WebContainer } from '@webcontainer/api'
import { describe, expect, it } from 'vitest'
import { listFolder, pathExists, readText } from '../../src/container/look-up.js'
import { normalizePath } from '../../src/container/normalize-path.js'
import { type FolderContent, type ReadOptions, readFiles } from '../../src/container/read-files.js'
import type { Container } from '../../src/spec/container.js'
import { type Content, memoryContainer } from '../support/memory-container.js'
import { settled } from '../support/simulated-clock.js'

const keepAll: Pick<ReadOptions, 'exclude' | 'signal'> = {
  exclude: () => undefined,
  signal: new AbortController().signal,
}

async function contentOf(folder: FolderContent) {
  const files: Record<string, string> = {}
  for await (const file of folder.files) {
    files[file.path] = `${file.mode} ${file.bytes.length} ${createHash('sha1').update(file.bytes).digest('hex')}`
  }
  const excluded = folder.excluded.map(({ path, reason }) => `${reason} ${path}`).sort()
  return { files: Object.fromEntries(Object.entries(files).sort()), excluded }
}

function bytes(length: number, seed = 1): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state >> 16
  })
}

const hostile: Record<string, Content> = {
  'dist/index.html': '<!doctype html>',
  'dist/.well-known/security.txt': 'Contact: mailto:security@example.com',
  'dist/.nojekyll': '',
  'dist/assets/größe und #1 50%?.txt': 'ü',
  'dist/assets/日本語/絵文字-🚀.svg': '<svg/>',
  'dist/assets/photo.jpg': bytes(70_000),
  'dist/assets/large.bin': bytes(3_000_000, 7),
  'dist/assets/zeros.bin': new Uint8Array(2_500_000),
  'dist/assets/app.js.map': '{}',
  'dist/dist/index.html': 'a folder of the same name',
  'dist/dist/dist/index.html': 'and another',
  'dist/linked/current': { symlink: 'dist/index.html' },
  'dist/linked/beside.txt': 'beside a link',
  'dist/locked.bin': { unreadable: 'file' },
  'dist/closed': { unreadable: 'folder' },
  'dist/node_modules/huge/index.js': 'no',
  'dist/deep/a/b/c/d/e/f/g.txt': 'deep',
}
const exclude: ReadOptions['exclude'] = (path, isDirectory) =>
  path.endsWith('.map') ? 'source-map' : isDirectory && /(^|\/)node_modules$/.test(path) ? 'tooling' : undefined

describe('reading a folder', () => {
  it('gives the same files from archives as one by one, on a tree that is hostile to both', async () => {
    for (let index = 0; index < 40; index += 1) hostile[`dist/assets/chunk-${index}.js`] = `export default ${index}`
    const onlyFiles = memoryContainer(hostile, { exports: false })
    const withArchives = memoryContainer(hostile)
    const one = await contentOf(await readFiles(onlyFiles, 'dist', { ...keepAll, exclude }))
    const other = await contentOf(await readFiles(withArchives, 'dist', { ...keepAll, exclude, zipAbove: 1 }))
    expect(other).toEqual(one)
    expect(withArchives.calls.export).toBe(2) // assets and dist/dist: the others are small or hold something to leave out
    expect(one.excluded).toEqual([
      'source-map assets/app.js.map',
      'symlink linked/current',
      'tooling node_modules/',
      'unreadable closed/',
      'unreadable locked.bin',
    ])
    expect(Object.keys(one.files)).toContain('assets/größe und #1 50%?.txt')
  })

  it('reads one archive of the whole folder when nothing in it is left out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`dist/${index % 7}/${index}.txt`, `${index}`]),
    )
    const container = memoryContainer(files)
    const { files: read } = await contentOf(await readFiles(container, 'dist', keepAll))
    expect(Object.keys(read)).toHaveLength(400)
    expect(container.calls).toMatchObject({ export: 1, readFile: 0 })
  })

  it('never publishes the destination of a link, and never takes what only the archive holds', async () => {
    const files = { 'dist/a.txt': 'a', 'dist/b.txt': 'b', 'dist/c.txt': 'c' }
    const container = memoryContainer(files, {
      beforeZip: (entries) => ({
        ...entries,
        'b.txt': [new TextEncoder().encode('/etc/passwd'), { os: 3, attrs: 0o120777 * 0x10000 }],
        'later.txt': new TextEncoder().encode('made after the listing'),
      }),
    })
    const archived = await contentOf(await readFiles(container, 'dist', { ...keepAll, zipAbove: 1 }))
    const plain = await contentOf(await readFiles(memoryContainer(files, { exports: false }), 'dist', keepAll))
    expect(archived).toEqual(plain)
    expect(container.calls).toMatchObject({ export: 1, readFile: 1 })
  })

  it.each([
    ['the folder itself', 'out/dist'],
    ['its full path', 'out/dist/'],
    ['its name', 'dist/'],
    ['a dot', './'],
  ])('understands archives whose names start at %s', async (_, start) => {
    const files = { 'out/dist/a.txt': 'a', 'out/dist/dist/a.txt': 'below', 'out/dist/dist/b.txt': 'b' }
    const prefix = start === 'out/dist' ? '' : start
    const container = memoryContainer(files, {
      beforeZip: (entries) => Object.fromEntries(Object.entries(entries).map(([name, file]) => [prefix + name, file])),
    })
    const archived = await contentOf(await readFiles(container, 'out/dist', { ...keepAll, zipAbove: 1 }))
    const plain = await contentOf(await readFiles(memoryContainer(files, { exports: false }), 'out/dist', keepAll))
    expect(archived).toEqual(plain)
    expect(container.calls.readFile).toBe(0)
  })

  it('reads one by one what an archive lacks, and everything when the archive is damaged or refused', async () => {
    const files = { 'dist/a.txt': 'a'.repeat(5000), 'dist/b.txt': bytes(4000), 'dist/c.txt': 'c' }
    const plain = await contentOf(await readFiles(memoryContainer(files, { exports: false }), 'dist', keepAll))
    const lacking = memoryContainer(files, { beforeZip: ({ 'b.txt': _, ...rest }) => rest })
    const broken = memoryContainer(files)
    const pack = broken.export
    broken.export = async (...input) => {
      const zip = (await pack?.(...input)) ?? new Uint8Array()
      return zip.fill(0xff, 30, 60)
    }
    const none = memoryContainer(files)
    none.export = async () => new TextEncoder().encode('not an archive at all, sorry')
    const refusing = memoryContainer(files)
    refusing.export = async () => {
      throw new Error('EPERM: not today')
    }
    for (const container of [lacking, none, refusing, broken]) {
      const got = await contentOf(await readFiles(container, 'dist', { ...keepAll, zipAbove: 1 }))
      if (container !== broken) expect(got).toEqual(plain)
      else expect(Object.keys(got.files)).toEqual(Object.keys(plain.files))
    }
    expect(lacking.calls.readFile).toBe(1)
  })

  it('keeps the calls in flight bounded and reports progress to the last file', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`src/${index}/${index}.ts`, 'x']))
    const container = memoryContainer(files)
    const progress: string[] = []
    const onProgress = (done: number, total: number) => void progress.push(`${done}/${total}`)
    await contentOf(await readFiles(container, '.', { ...keepAll, concurrency: 8, onProgress }))
    expect(container.inFlight.most).toBe(8)
    expect(container.calls.export).toBe(0)
    expect(progress.at(0)).toBe('1/200')
    expect(progress.at(-1)).toBe('200/200')
  })

  it('hands over each .gitignore before the names beside it are judged', async () => {
    const gitignores = new Map<string, string>()
    const files = { '.gitignore': 'root', 'a/.gitignore': 'nested', 'a/b/file': '', 'c/file': '' }
    const judged: string[] = []
    const folder = await readFiles(memoryContainer(files), '.', {
      ...keepAll,
      gitignores,
      exclude: (path) => {
        judged.push(`${path} ${[...gitignores.keys()].sort().join(',')}`)
        return undefined
      },
    })
    expect(gitignores).toEqual(
      new Map([
        ['.', 'root'],
        ['a', 'nested'],
      ]),
    )
    expect(judged).toContain('a/b .,a')
    expect(Object.keys((await contentOf(folder)).files)).toHaveLength(4)
  })

  it('rejects with the reason of the abort when the container never answers', async () => {
    const controller = new AbortController()
    const container = memoryContainer({ 'dist/a': 'a' })
    container.hang()
    const reading = readFiles(container, 'dist', { ...keepAll, signal: controller.signal })
    await settled()
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })

  it('rejects with the reason of the abort in the middle of the files, and starts nothing more', async () => {
    const controller = new AbortController()
    const container = memoryContainer(
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`d/${index}`, 'x'])),
    )
    const folder = await readFiles(container, 'd', { ...keepAll, signal: controller.signal })
    const walk = async () => {
      for await (const file of folder.files) if (file.path === '11') controller.abort(new Error('enough'))
    }
    await expect(walk()).rejects.toThrow('enough')
    expect(container.calls.readFile).toBeLessThan(25)
  })

  it('says that the container is lost instead of reporting its files as unreadable', async () => {
    const container = memoryContainer({ 'dist/a': 'a' })
    const folder = await readFiles(container, 'dist', keepAll)
    container.fs.readFile = async () => {
      throw new Error('Proxy has been released and is not useable')
    }
    await expect(contentOf(folder)).rejects.toMatchObject({
      name: 'BuildError',
      code: 'container-lost',
      retryable: true,
    })
  })

  it('refuses a folder that is not there', async () => {
    await expect(readFiles(memoryContainer(), 'dist', keepAll)).rejects.toMatchObject({ code: 'folder-unreadable' })
  })
})

describe('paths', () => {
  it('takes every spelling of a folder for the same', () => {
    const container = memoryContainer()
    for (const path of [
      'dist',
      './dist',
      '/dist',
      'dist/',
      '/home/project/dist',
      '/home/project//dist/',
      'a/../dist',
    ]) {
      expect(normalizePath(container, path)).toBe('dist')
    }
    for (const path of ['', '.', './', '/', '/home/project', '/home/project/']) {
      expect(normalizePath(container, path)).toBe('.')
    }
    expect(normalizePath(container, '/home/projects/dist')).toBe('home/projects/dist')
  })

  it('refuses a path that leads out of the working folder', () => {
    for (const path of ['..', '../secret', 'a/../../b', '/home/project/../other']) {
      expect(() => normalizePath(memoryContainer(), path)).toThrow(expect.objectContaining({ code: 'path-outside' }))
    }
  })
})

describe('looking up', () => {
  const container = memoryContainer({ 'package.json': '{}', 'src/a.ts': 'a', 'src/link': { symlink: 'x' } })

  it('lists a folder, and says undefined where there is none', async () => {
    expect(await listFolder(container, '/home/project/src')).toEqual(['a.ts', 'link'])
    expect(await listFolder(container, 'lib')).toBeUndefined()
    expect(await listFolder(container, 'package.json')).toBeUndefined()
  })

  it('reads text, and says undefined only where there is no file', async () => {
    expect(await readText(container, './package.json')).toBe('{}')
    expect(await readText(container, 'yarn.lock')).toBeUndefined()
    await expect(readText(container, 'src')).rejects.toThrow('EISDIR')
  })

  it('tells what exists: files, folders and links', async () => {
    const exists = ['.', 'src', 'src/a.ts', 'src/link', 'lib', 'src/b.ts', 'package.json/x'].map((path) =>
      pathExists(container, path),
    )
    expect(await Promise.all(exists)).toEqual([true, true, true, true, false, false, false])
  })
})

it('takes the instance of the real client as it is', () => {
  const use: (real: WebContainer) => Container = (real) => real
  expect(use).toBeTypeOf('function')
})
