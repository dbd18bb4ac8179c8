import { describe, expect, it } from 'vitest'
import type { DetectProjectInput } from '../../src/project/detect-project.js'
import { detect, type Files, manifest } from './memory.js'

const kit = (module: string, options = ''): Files => ({
  'package.json': manifest('vite build', { '@sveltejs/kit': '^2', vite: '^8' }),
  'svelte.config.js': `import adapter from '${module}'\nexport default { kit: { adapter: adapter(${options}) } }`,
})
const astro = (module: string): Files => ({
  'package.json': manifest('astro build', { astro: '^5' }),
  'astro.config.mjs': `import host from '${module}'\nexport default { output: 'server', adapter: host() }`,
})
const nuxt = (preset: string): Files => ({
  'package.json': manifest('nuxt build', { nuxt: '^4' }),
  'nuxt.config.ts': `export default defineNuxtConfig({ nitro: { preset: '${preset}' } })`,
})
const start = (plugins: string): Files => ({
  'package.json': manifest('vite build', { '@tanstack/react-start': '^1.140.0', vite: '^8' }),
  'vite.config.ts': `import { nitro } from 'nitro/vite'
import netlify from '@netlify/vite-plugin-tanstack-start'
export default defineConfig({ plugins: [tanstackStart(), ${plugins}] })`,
})
const qwik: Files = {
  'package.json': manifest(
    'qwik build',
    { '@builder.io/qwik': '^1' },
    {
      scripts: { build: 'qwik build', 'build.server': 'vite build -c adapters/vercel-edge/vite.config.ts' },
    },
  ),
}
const next: Files = { 'package.json': manifest('next build', { next: '^16' }) }

const on = (...hosts: NonNullable<DetectProjectInput['hosts']>) => ({ hosts })
const problemOf = (files: Files, surroundings: Parameters<typeof detect>[2]) =>
  detect(files, {}, surroundings).then(
    () => undefined,
    ({ code, hint }: { code: string; hint: string }) => ({ code, hint }),
  )

describe('a project that renders on a server', () => {
  it.each<[string, Files]>([
    ['SvelteKit', kit('@sveltejs/adapter-vercel', "{ runtime: 'nodejs22.x' }")],
    ['Astro', astro('@astrojs/vercel')],
    ['Astro of old', astro('@astrojs/vercel/serverless')],
    ['Nuxt', nuxt('vercel')],
    ['TanStack Start', start("nitro({ preset: 'vercel' })")],
    ['Qwik', qwik],
  ])('of %s runs on Vercel with its adapter, which has a folder of its own', async (_name, files) => {
    const project = await detect(files, {}, on('vercel'))
    expect(project).toMatchObject({ runsOn: 'vercel', outputDirectory: '.vercel/output', ownsOutput: true })
  })

  it.each<[string, Files, string]>([
    ['SvelteKit', kit('@sveltejs/adapter-netlify'), 'build'],
    ['Astro', astro('@astrojs/netlify'), 'dist'],
    ['Nuxt', nuxt('netlify'), 'dist'],
    ['TanStack Start', start('netlify()'), 'dist/client'],
  ])('of %s runs on Netlify with its adapter, which leaves files beside', async (_name, files, outputDirectory) => {
    expect(await detect(files, {}, on('netlify'))).toMatchObject({ runsOn: 'netlify', outputDirectory })
  })

  it('has its preset from the environment of the build, too', async () => {
    const files = { 'package.json': manifest('nuxt build', { nuxt: '^4' }) }
    const project = await detect(files, {}, { ...on('vercel'), env: { NITRO_PRESET: 'vercel' } })
    expect(project).toMatchObject({ runsOn: 'vercel', outputDirectory: '.vercel/output' })
  })

  it('is published from the folder of a Build Output whatever it is built with', async () => {
    const files = { 'package.json': manifest('vercel build', {}) }
    const project = await detect(files, { outputDirectory: '.vercel/output' }, on('vercel'))
    expect(project).toMatchObject({ runsOn: 'vercel', outputSource: 'option' })
  })

  it('is refused without an adapter, with what makes it run there', async () => {
    const auto = kit('@sveltejs/adapter-auto')
    expect(await problemOf(auto, on('vercel'))).toEqual({
      code: 'server-target-needed',
      hint: expect.stringMatching(
        /adapter-static.* To render pages on Vercel, set @sveltejs\/adapter-vercel .*'provider'/,
      ),
    })
    expect(await problemOf(next, on('netlify'))).toEqual({
      code: 'server-target-needed',
      hint: expect.stringMatching(
        /output: 'export'.* To render pages on Netlify, let Netlify build it: build: \{ where: 'provider' \}/,
      ),
    })
    expect((await problemOf(next, on(null)))?.hint).not.toContain('provider')
    expect((await problemOf(kit('@sveltejs/adapter-netlify', '{ edge: true }'), on('netlify')))?.code).toBe(
      'server-target-needed',
    )
  })

  it('is not refused where a provider builds it', async () => {
    const project = await detect(next, {}, { ...on('vercel'), elsewhere: true })
    expect(project).toMatchObject({ framework: 'next', buildCommand: 'npm run build' })
    expect(project.runsOn).toBeUndefined()
  })
})

describe('functions in source', () => {
  const site: Files = { 'package.json': manifest('vite build', { vite: '^8' }), 'index.html': '' }

  it('are found where Netlify looks for them, with how they are packed', async () => {
    const own = { ...site, 'netlify/functions/a.mjs': '' }
    expect(await detect(own, {}, on('netlify'))).toMatchObject({
      functions: { host: 'netlify', directory: 'netlify/functions', settings: {} },
      notes: [],
    })
    const toml = `
      [functions]
      directory = "api/"
      node_bundler = "esbuild"
      included_files = ["data/*.json"]
      [functions."nightly"]
      schedule = "@daily"
    `
    expect((await detect({ ...site, 'api/a.mjs': '', 'netlify.toml': toml }, {}, on('netlify'))).functions).toEqual({
      host: 'netlify',
      directory: 'api',
      settings: {
        '*': { nodeBundler: 'esbuild', includedFiles: ['data/*.json'], includedFilesBasePath: '.' },
        nightly: { schedule: '@daily' },
      },
    })
  })

  it('are no matter of other hosts', async () => {
    expect((await detect({ ...site, 'netlify/functions/a.mjs': '' }, {}, on('vercel'))).functions).toBeUndefined()
  })

  it('for the edge are told of, as no tab bundles them', async () => {
    const edge = { ...site, 'netlify/edge-functions/a.ts': '' }
    const { notes } = await detect(edge, {}, on('netlify'))
    expect(notes).toEqual([expect.stringMatching(/netlify\/edge-functions are not published.*where: 'provider'/)])
    const bundled = { ...edge, 'package.json': manifest('netlify build', { vite: '^8' }) }
    expect((await detect(bundled, { outputDirectory: 'dist' }, on('netlify'))).notes).toEqual([])
    expect((await detect(edge, {}, { ...on('netlify'), elsewhere: true })).notes).toEqual([])
  })
})
