import { describe, expect, it } from 'vitest'
import { adapter, angular, kit, start, startConfig, vite, workspace } from './made-parts.js'
import { detect, manifest } from './memory.js'

const next = manifest('next build', { next: '^15.0.0' })
const router = manifest('react-router build', { ...vite, '@react-router/dev': '^7.5.0' })
const nuxt = manifest('nuxt build', { nuxt: '^4.0.0' })

describe('Next.js', () => {
  it('is static also where its configuration goes through wrappers', async () => {
    const project = await detect({
      'package.json': next,
      'next.config.mjs': `import createMDX from '@next/mdx'
const withMDX = createMDX({ extension: /mdx?$/ })
const nextConfig = { output: 'export', images: { unoptimized: true } }
export default withMDX(nextConfig)`,
    })
    expect(project).toMatchObject({ outputDirectory: 'out', outputSource: 'next.config.mjs (output)' })
    expect(project.notes).toEqual([expect.stringContaining('distDir')])
  })

  it('gets a note where only running the configuration tells whether it is static', async () => {
    const files = { 'package.json': next, 'next.config.js': 'module.exports = { output: process.env.OUTPUT }' }
    expect(await detect(files)).toMatchObject({
      outputDirectory: 'out',
      outputSource: 'default of Next.js',
      notes: [expect.stringMatching(/next\.config\.js sets output/)],
    })
  })

  it('needs a server without a configuration', async () => {
    await expect(detect({ 'package.json': next })).rejects.toMatchObject({ code: 'server-target-needed' })
  })
})

describe('Nuxt', () => {
  it.each([
    ['netlify_static', 'dist'],
    ['github-pages', '.output/public'],
  ])('is static with preset %s', async (preset, output) => {
    const files = {
      'package.json': nuxt,
      'nuxt.config.ts': `export default defineNuxtConfig({ nitro: { preset: '${preset}' } })`,
    }
    expect(await detect(files)).toMatchObject({ framework: 'nuxt', outputDirectory: output })
  })

  it('needs a server with the preset of one', async () => {
    const files = { 'package.json': nuxt, 'nuxt.config.ts': "export default { nitro: { preset: 'node-server' } }" }
    await expect(detect(files)).rejects.toMatchObject({ code: 'server-target-needed' })
  })

  it('is static by the script that the caller names', async () => {
    const scripts = { build: 'nuxt build', generate: 'nuxt generate' }
    const files = { 'package.json': { scripts, devDependencies: { nuxt: '^4.0.0' } } }
    const project = await detect(files, { buildCommand: 'npm run generate' })
    expect(project).toMatchObject({ outputDirectory: '.output/public', buildCommand: 'npm run generate' })
  })
})

describe('SvelteKit', () => {
  const sveltekit = manifest('vite build', { ...kit, '@sveltejs/adapter-static': '^3.0.0' })

  it('gets a note where its fallback is another page than unknown paths get', async () => {
    const project = await detect({ 'package.json': sveltekit, 'svelte.config.js': adapter("{ fallback: '200.html' }") })
    expect(project.routing).toBe('spa')
    expect(project.notes).toEqual([expect.stringContaining("fallback: 'index.html'")])
  })

  it('keeps to answering 404 where its fallback is the page for that', async () => {
    const project = await detect({ 'package.json': sveltekit, 'svelte.config.js': adapter("{ fallback: '404.html' }") })
    expect(project).toMatchObject({ routing: 'static', notes: [] })
  })

  it('gets a note where assets are apart from the pages', async () => {
    const project = await detect({ 'package.json': sveltekit, 'svelte.config.js': adapter("{ assets: 'cdn' }") })
    expect(project.notes).toEqual([expect.stringContaining('cdn')])
  })

  it('gets a note where the adapter is chosen at run time', async () => {
    const config = `import a from '@sveltejs/adapter-auto'
import b from '@sveltejs/adapter-static'
export default { kit: { adapter: process.env.STATIC ? b() : a() } }`
    const project = await detect({ 'package.json': sveltekit, 'svelte.config.js': config })
    expect(project).toMatchObject({ outputDirectory: 'build', notes: [expect.stringContaining('kit.adapter')] })
  })

  it('may have its adapter in the configuration of Vite', async () => {
    const config = `import { sveltekit } from '@sveltejs/kit/vite'
import adapter from '@sveltejs/adapter-static'
export default { plugins: [sveltekit({ adapter: adapter({ pages: 'www' }) })] }`
    const project = await detect({ 'package.json': sveltekit, 'vite.config.js': config })
    expect(project).toMatchObject({ outputDirectory: 'www', outputSource: 'vite.config.js (adapter pages)' })
  })
})

describe('React Router', () => {
  it('gets a note on where the page for unknown paths is', async () => {
    const config = "export default { ssr: false, prerender: ['/'] }"
    const project = await detect({ 'package.json': router, 'react-router.config.ts': config })
    expect(project.notes).toEqual([expect.stringContaining('__spa-fallback.html')])
  })

  it('needs a server without a configuration', async () => {
    await expect(detect({ 'package.json': router })).rejects.toMatchObject({ code: 'server-target-needed' })
  })
})

describe('TanStack Start', () => {
  it('gets a note where its shell is another page than unknown paths get', async () => {
    const project = await detect({
      'package.json': manifest('vite build', { ...start, '@tanstack/react-start': '^1.140.0' }),
      'vite.config.ts': startConfig('{ spa: { enabled: true } }'),
    })
    expect(project.routing).toBe('spa')
    expect(project.notes).toEqual([expect.stringContaining('_shell.html')])
  })

  it('is read from app.config before it was a plugin of Vite', async () => {
    const files = { 'package.json': manifest('vinxi build', { ...start, '@tanstack/react-start': '~1.114.0' }) }
    const config = "export default defineConfig({ server: { preset: 'static' } })"
    expect(await detect({ ...files, 'app.config.ts': config })).toMatchObject({ outputDirectory: '.output/public' })
    await expect(detect(files)).rejects.toMatchObject({ code: 'server-target-needed' })
  })
})

describe('Angular', () => {
  const builder = '@angular/build:application'

  it('is read from an angular.json with comments', async () => {
    const text = `// made\n${JSON.stringify(workspace(builder, { outputPath: 'www' }))} /* end */`
    const project = await detect({ 'package.json': manifest('ng build', angular), 'angular.json': text })
    expect(project.outputDirectory).toBe('www/browser')
  })

  it('is the project that the build script names, or the first one with a note', async () => {
    const admin = { architect: { build: { builder, options: { outputPath: 'dist/back' } } } }
    const files = { 'angular.json': workspace(builder, { outputPath: 'dist/shop' }, { admin }) }
    const first = await detect({ ...files, 'package.json': manifest('ng build', angular) })
    expect(first.outputDirectory).toBe('dist/shop/browser')
    expect(first.notes).toEqual([expect.stringContaining('admin')])
    const named = await detect({ ...files, 'package.json': manifest('ng build admin -c production', angular) })
    expect(named).toMatchObject({ outputDirectory: 'dist/back/browser', notes: [] })
  })

  it('has settings of its own for production', async () => {
    const build = {
      builder,
      options: { outputPath: 'dist/shop' },
      configurations: { production: { outputPath: 'www' } },
      defaultConfiguration: 'production',
    }
    const files = {
      'package.json': manifest('ng build', angular),
      'angular.json': { projects: { shop: { architect: { build } } } },
    }
    expect(await detect(files)).toMatchObject({ outputDirectory: 'www/browser' })
  })

  it('answers 404 for unknown paths where its pages are prerendered', async () => {
    const options = { outputMode: 'static', ssr: { entry: 'src/server.ts' } }
    const files = { 'package.json': manifest('ng build', angular), 'angular.json': workspace(builder, options) }
    expect(await detect(files)).toMatchObject({ routing: 'static', outputDirectory: 'dist/shop/browser' })
  })

  it('gets a note without a readable angular.json', async () => {
    const files = { 'package.json': manifest('ng build', angular) }
    expect((await detect(files)).notes).toEqual([expect.stringContaining('angular.json')])
    expect((await detect({ ...files, 'angular.json': '{' })).notes).toEqual([expect.stringContaining('angular.json')])
  })
})

describe('Vite', () => {
  const files = { 'package.json': manifest('vite build', vite) }

  it('answers 404 for unknown paths where it builds several pages', async () => {
    expect(await detect({ ...files, 'vite.config.js': "export default { appType: 'mpa' }" })).toMatchObject({
      routing: 'static',
    })
  })

  it('gets a note where it builds a library', async () => {
    const project = await detect({ ...files, 'vite.config.js': "export default { build: { lib: { entry: 'a.ts' } } }" })
    expect(project.notes).toEqual([expect.stringContaining('build.lib')])
  })

  it('builds below the folder that the script names', async () => {
    expect(await detect({ 'package.json': manifest('vite build web --mode site', vite) })).toMatchObject({
      outputDirectory: 'web/dist',
    })
  })

  it('gets a note where the script changes its folder', async () => {
    const project = await detect({ 'package.json': manifest('cd web && vite build', vite) })
    expect(project.notes).toEqual([expect.stringContaining('cd web')])
  })
})

describe('Parcel', () => {
  it('gets a note where it has several targets', async () => {
    const targets = { modern: { distDir: 'a' }, legacy: { distDir: 'b' } }
    const project = await detect({ 'package.json': manifest('parcel build', { parcel: '^2.0.0' }, { targets }) })
    expect(project).toMatchObject({ outputDirectory: 'dist', notes: [expect.stringContaining('a, b')] })
  })
})
