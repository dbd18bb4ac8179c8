import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type OutputChunk, type RollupOptions, type RollupOutput, rollup } from 'rollup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSources, root } from './read-imports.js'
import { type PublicNames, readEntries, readManifest, readPublicNames } from './read-public-names.js'

const manifest = readManifest()
const entries = readEntries(manifest)

/** Sources that are faces by where they are: every index, every target, every git host. */
function findFaces(): string[] {
  const hosts = ['git/github.ts', 'git/gitlab.ts', 'images/worker.ts']
  return [...readSources().keys()].filter((path) => {
    return /(?:^|\/)index\.ts$/.test(path) || /^targets\/[^/]+\.ts$/.test(path) || hosts.includes(path)
  })
}

describe('the map of exports', () => {
  it('names every face of the folders, and nothing else', () => {
    expect([...entries.values()].sort()).toEqual(findFaces().sort())
  })

  it('calls each entry what its file is called, with the types first', () => {
    for (const [name, path] of entries) {
      const built = `./dist/${path.replace(/\.ts$/, '')}`
      const target = manifest.exports[name]
      expect(name).toBe(`./${path}`.replace(/\/index\.ts$/, '').replace(/\.ts$/, ''))
      expect(Object.entries(target ?? {})).toEqual([
        ['types', `${built}.d.ts`],
        ['default', `${built}.js`],
      ])
    }
  })

  it('gives exactly the public names that are written down', async () => {
    const written = JSON.parse(await readFile(`${root}test/house/public-names.json`, 'utf8'))
    expect(readPublicNames(entries)).toEqual(written)
  })
})

describe('the build', () => {
  let folder: string
  let output: RollupOutput['output']

  beforeAll(async () => {
    // Below node_modules, so that what is built finds the packages that it imports.
    await mkdir(`${root}node_modules/.cache`, { recursive: true })
    folder = await mkdtemp(`${root}node_modules/.cache/tabship-build-`)
    const config: { default: RollupOptions & { output: object } } = await import(`${root}rollup.config.mjs`)
    const bundle = await rollup(config.default)
    output = (await bundle.write({ ...config.default.output, dir: folder })).output
    await bundle.close()
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('makes each file that package.json names, and its source map', () => {
    const made = output.map((file) => `./dist/${file.fileName}`)
    const named = [...entries.keys()].flatMap((name) => Object.entries(manifest.exports[name] ?? {}))
    const modules = named.filter(([condition]) => condition === 'default').map(([, file]) => file)
    const wanted = [...modules, ...Object.values(manifest.bin)]
    expect(made).toEqual(expect.arrayContaining(wanted.flatMap((file) => [file, `${file}.map`])))
  })

  it('has no entry but those', () => {
    const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk')
    const made = chunks.filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName.replace(/\.js$/, '.ts'))
    const commands = Object.values(manifest.bin).map((file) => file.replace('./dist/', '').replace(/\.js$/, '.ts'))
    expect(made.sort()).toEqual([...entries.values(), ...commands].sort())
  })

  it('is loaded by Node as it is, each entry with its public names', async () => {
    const files = Object.fromEntries(
      [...entries].map(([name, path]) => [name, `${folder}/${path.replace(/\.ts$/, '.js')}`]),
    )
    const script = `
      const names = {}
      for (const [name, file] of Object.entries(${JSON.stringify(files)})) names[name] = Object.keys(await import(file)).sort()
      process.stdout.write(JSON.stringify(names))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
    })
    const written: Record<string, PublicNames> = JSON.parse(
      await readFile(`${root}test/house/public-names.json`, 'utf8'),
    )
    const values = Object.entries(written).map(([name, names]) => [name, names.values])
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(values))
  })

  it('makes commands that the shell can run', async () => {
    for (const command of Object.values(manifest.bin)) {
      const run = promisify(execFile)(command.replace('./dist', folder), { timeout: 30_000 })
      await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: tabship') })
    }
  })
})
