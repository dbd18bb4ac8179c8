import { describe, expect, it } from 'vitest'
import { detect, type Files, manifest } from './memory.js'

const vite = { vite: '^7.0.0' }
const simple: Files = { 'package.json': manifest('vite build', vite), 'index.html': '<!doctype html>' }
const next: Files = { 'package.json': manifest('next build', { next: '^15.0.0' }) }

describe('the configuration of a host', () => {
  it('names the folder of a build that is not known', async () => {
    const files = { 'package.json': manifest('webpack', {}) }
    const netlify = await detect({ ...files, 'netlify.toml': '[build]\npublish = "www/" # made\n' })
    expect(netlify).toMatchObject({ outputDirectory: 'www', outputSource: 'netlify.toml (build.publish)' })
    const vercel = await detect({ ...files, 'vercel.json': { outputDirectory: 'site' } })
    expect(vercel).toMatchObject({ outputDirectory: 'site', outputSource: 'vercel.json (outputDirectory)' })
  })

  it('is used instead of a default, and not instead of what the tool is told', async () => {
    const host = { 'vercel.json': { outputDirectory: 'www' } }
    const byDefault = await detect({ ...simple, ...host })
    expect(byDefault.outputDirectory).toBe('www')
    const told = await detect({ ...simple, ...host, 'vite.config.js': "export default { build: { outDir: 'site' } }" })
    expect(told.outputDirectory).toBe('site')
    expect(told.notes).toEqual([expect.stringContaining('Make them agree')])
  })

  it('never turns a server into files', async () => {
    const files = { ...next, 'netlify.toml': '[build]\npublish = ".next"\n' }
    await expect(detect(files)).rejects.toMatchObject({ code: 'server-target-needed' })
  })

  it('names the script to run, and gets a note if it runs something else', async () => {
    const scripts = { build: 'vite build', 'build:site': 'vite build --outDir site' }
    const files = { 'package.json': { scripts, devDependencies: vite } }
    const named = await detect({ ...files, 'netlify.toml': '[build]\ncommand = "npm run build:site"\n' })
    expect(named).toMatchObject({ buildCommand: 'npm run build:site', outputDirectory: 'site' })
    const other = await detect({ ...files, 'vercel.json': { buildCommand: 'make site' } })
    expect(other.buildCommand).toBe('npm run build')
    expect(other.notes).toEqual([expect.stringContaining('make site')])
  })

  it.each([
    ['netlify.toml', '[functions]\ndirectory = "api"\n', /netlify\.toml sets functions, but only files/],
    ['netlify.toml', '[[edge_functions]]\npath = "/a"\n', /netlify\.toml sets edge_functions, but only files/],
    ['vercel.json', { functions: { 'api/a.js': {} } }, /vercel\.json sets functions, but only files/],
  ])('gets a note on what uploaded files do not get: %s with %j', async (file, content, note) => {
    expect((await detect({ ...simple, [file]: content })).notes).toEqual([expect.stringMatching(note)])
  })

  it('gets no such note for what is empty, or published as it is', async () => {
    const netlify = '[[redirects]]\nfrom = "/a"\nto = "/b"\n[[headers]]\nfor = "/*"\n'
    const files = { ...simple, 'netlify.toml': netlify, 'vercel.json': { rewrites: [], functions: {} } }
    expect((await detect(files)).notes).toEqual([])
  })

  it.each([
    ['netlify.toml', '[build\n'],
    ['netlify.toml', '[build]\npublish = 3\n'],
    ['vercel.json', '{'],
    ['vercel.json', '[]'],
  ])('is left out of account with a note if it is not valid: %s', async (file, text) => {
    const project = await detect({ ...simple, [file]: text })
    expect(project.outputDirectory).toBe('dist')
    expect(project.notes).toEqual([expect.stringContaining(file)])
  })
})
