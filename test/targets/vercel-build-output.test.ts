import { describe, expect, it } from 'vitest'
import { memoryContentStore } from '../../src/artifacts/content-store.js'
import { zip } from '../../src/emulator/runtime/zip.js'
import type { ArtifactSet, FileMode } from '../../src/spec/artifact.js'
import type { BuiltProject } from '../../src/spec/host-output.js'
import type { Project } from '../../src/spec/project.js'
import { archivedProject } from '../../src/steps/archived-project.js'
import { vercel } from '../../src/targets/vercel.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'

const root = '.vercel/output/'
const lambda = (more: object = {}) => JSON.stringify({ runtime: 'nodejs22.x', handler: 'index.js', ...more })
const page: Files = {
  'config.json': JSON.stringify({ version: 3, routes: [{ src: '/.*', dest: '/page' }] }),
  'static/robots.txt': 'all',
  'functions/page.func/.vc-config.json': lambda(),
  'functions/page.func/index.js': 'module.exports = () => 1',
}
const target = vercel({ auth: 'token', project: 'shop' })
const context = testContext({ fetch })

/** A project in which a build has left these files, and others beside them. */
function built(
  output: Files,
  beside: Files = {},
  more: Partial<ArtifactSet> = {},
  modes: Record<string, FileMode> = {},
): BuiltProject {
  const all = Object.entries(output).map(([path, content]): [string, string | Uint8Array] => [root + path, content])
  const files = { ...Object.fromEntries(all), ...beside }
  return {
    project: {} as Project,
    isFresh: true,
    list: async (folder) => {
      const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
      const names = below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')
      return names.length > 0 ? names : undefined
    },
    readText: async (path) => files[path]?.toString(),
    servedRules: (path) => (path === '.env' ? 'secret' : undefined),
    collect: async (folder, rules) => {
      const start = folder === '.' ? '' : `${folder}/`
      const taken = Object.entries(files).flatMap(([path, content]): [string, string | Uint8Array][] => {
        const below = path.slice(start.length)
        return path.startsWith(start) && rules(below, false) === undefined ? [[below, content]] : []
      })
      return { ...(await artifactsOf(Object.fromEntries(taken), modes)), ...(folder === '.' ? {} : more) }
    },
    run: async () => undefined,
    remove: async () => undefined,
  }
}
const collect = (project: BuiltProject) => Promise.resolve(target.output?.collectWhole?.(project, context))
const problemOf = (project: BuiltProject) =>
  collect(project).then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  )

describe('a Build Output tree', () => {
  it('is taken whole, for Vercel alone, without what nobody may read', async () => {
    const set = await collect(built({ ...page, 'static/.env': 'TOKEN=1', 'functions/page.func/.env': 'KEY=1' }))
    expect(set?.host).toBe('vercel')
    expect(set?.artifacts.map(({ path }) => path)).toEqual([
      '.vercel/output/config.json',
      '.vercel/output/functions/page.func/.env',
      '.vercel/output/functions/page.func/.vc-config.json',
      '.vercel/output/functions/page.func/index.js',
      '.vercel/output/static/robots.txt',
    ])
    expect(await collect(built({}))).toBeUndefined()
  })

  it('comes with the files of the project that its functions name', async () => {
    const filePathMap = { 'lib/data.js': 'node_modules/data/index.js' }
    const files = { ...page, 'functions/page.func/.vc-config.json': lambda({ filePathMap }) }
    const beside = { 'node_modules/data/index.js': 'data', 'node_modules/other/index.js': 'other' }
    const set = await collect(built(files, beside))
    expect(set?.artifacts.map(({ path }) => path)).toContain('node_modules/data/index.js')
    expect(set?.artifacts.map(({ path }) => path)).not.toContain('node_modules/other/index.js')
    expect(await problemOf(built(files))).toMatchObject({
      code: 'output-incomplete',
      message: expect.stringContaining('node_modules/data/index.js'),
    })
  })

  it.each<[string, string, Files, Partial<ArtifactSet>]>([
    ['has no config.json', 'output-incomplete', { 'static/index.html': '' }, {}],
    ['is of another version', 'output-incomplete', { ...page, 'config.json': '{"version":2}' }, {}],
    [
      'has a link that cannot be read',
      'output-incomplete',
      page,
      { excluded: [{ path: 'functions/a.func', reason: 'symlink' }] },
    ],
    [
      'names no runtime',
      'function-invalid',
      { ...page, 'functions/page.func/.vc-config.json': '{"handler":"index.js"}' },
      {},
    ],
    [
      'names a file that is missing',
      'function-invalid',
      { ...page, 'functions/page.func/.vc-config.json': lambda({ handler: 'main.js' }) },
      {},
    ],
  ])('is refused before anything is sent where it %s', async (_what, code, files, more) => {
    expect(await problemOf(built(files, {}, more))).toMatchObject({ code })
  })

  it('is refused where a function is larger than Vercel takes', async () => {
    const set = await artifactsOf({ ...page })
    const artifacts = set.artifacts.map((one) =>
      one.path.endsWith('index.js') ? { ...one, size: 251 * 1024 * 1024 } : one,
    )
    expect(await problemOf(built(page, {}, { artifacts }))).toMatchObject({
      code: 'function-too-large',
      message: 'The function page has 252 MB; Vercel takes 250 MB.',
    })
  })

  it('is verified by its static files, where visitors get them, and by what answers first', async () => {
    const overrides = { 'about.html': { path: 'about' }, 'home.html': { path: '' } }
    const config = {
      version: 3,
      routes: [{ src: '/api/.*', dest: '/page' }, { handle: 'error' }, { src: '/.*', dest: '/page' }],
      overrides,
    }
    const files = {
      ...page,
      'config.json': JSON.stringify(config),
      'static/about.html': 'about',
      'static/home.html': 'home',
    }
    const set = await collect(built(files))
    const served = await target.served?.(set?.artifacts ?? [], set as ArtifactSet)
    expect(served?.map(({ path }) => path)).toEqual(['about', 'index.html', 'robots.txt'])
    expect(await target.renders?.(set as ArtifactSet)).toBe('others')
    expect(await target.renders?.((await collect(built(page))) as ArtifactSet)).toBe('first-page')
    expect(await target.renders?.(await artifactsOf({ 'index.html': '' }))).toBeUndefined()
  })

  it('is taken as well from the archive that a build elsewhere gives back', async () => {
    const encoder = new TextEncoder()
    const entries = Object.entries(page).map(([name, text]) => ({
      name,
      content: encoder.encode(`${text}`),
      mode: 0o644,
    }))
    const archive = new Uint8Array(
      zip([...entries, { name: 'static/.env', content: encoder.encode('KEY=1'), mode: 0o644 }]),
    )
    const options = { exclude: [], sourceMaps: 'include', store: memoryContentStore() } as const
    const project = { outputDirectory: '.vercel/output' } as Project
    const set = await collect(archivedProject(options, project, archive, context))
    expect(set).toMatchObject({ host: 'vercel', excluded: [{ path: 'static/.env', reason: 'secret' }] })
    expect(set?.artifacts.map(({ path }) => path)).toContain('.vercel/output/functions/page.func/index.js')
    expect(set?.artifacts).toHaveLength(4)
  })
})
