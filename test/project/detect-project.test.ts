import { describe, expect, it } from 'vitest'
import { parseProjectOptions } from '../../src/project/project-options.js'
import type { ProjectOptions } from '../../src/spec/project.js'
import { detect, type Files, manifest } from './memory.js'

const vite = { vite: '^7.0.0' }
const simple: Files = { 'package.json': manifest('vite build', vite), 'index.html': '<!doctype html>' }
const next: Files = { 'package.json': manifest('next build', { next: '^15.0.0' }) }

describe('the package manager', () => {
  it('is the one of the packageManager field, whatever lock file there is', async () => {
    const project = await detect({
      'package.json': manifest('vite build', vite, { packageManager: 'pnpm@9.12.0+sha512.abc' }),
      'package-lock.json': '{}',
    })
    expect(project).toMatchObject({ packageManager: 'pnpm', packageManagerSource: 'packageManager field' })
    expect(project.installCommand).toBe('pnpm install')
    expect(project.buildCommand).toBe('pnpm run build')
  })

  it.each([
    ['package-lock.json', 'npm'],
    ['npm-shrinkwrap.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
  ])('is read from %s', async (file, packageManager) => {
    const project = await detect({ ...simple, [file]: '' })
    expect(project).toMatchObject({ packageManager, packageManagerSource: file })
  })

  it('is npm by default', async () => {
    expect(await detect(simple)).toMatchObject({ packageManager: 'npm', packageManagerSource: 'default' })
  })

  it('comes with a note on both lock files if there are two', async () => {
    const project = await detect({ ...simple, 'yarn.lock': '', 'pnpm-lock.yaml': '' })
    expect(project.packageManager).toBe('pnpm')
    expect(project.notes).toEqual([expect.stringMatching(/pnpm-lock\.yaml and yarn\.lock/)])
  })

  it('comes with a note if the field names one that is not known', async () => {
    const project = await detect({ 'package.json': manifest('vite build', vite, { packageManager: 'deno@2' }) })
    expect(project.packageManager).toBe('npm')
    expect(project.notes).toEqual([expect.stringContaining('packageManager field')])
  })

  it('comes with a note where a workspace has the lock file in a parent folder', async () => {
    const project = await detect({ 'package.json': manifest('vite build', { ...vite, shared: 'workspace:*' }) })
    expect(project.notes).toEqual([expect.stringContaining('workspace')])
  })
})

describe('the Node version', () => {
  it('is what .nvmrc says, then .node-version, then engines', async () => {
    const engines = { 'package.json': manifest('vite build', vite, { engines: { node: '>=20' } }) }
    expect((await detect(engines)).nodeVersion).toBe('>=20')
    expect((await detect({ ...engines, '.node-version': '22.1.0\n' })).nodeVersion).toBe('22.1.0')
    expect((await detect({ ...engines, '.node-version': '22', '.nvmrc': '# long term\nlts/jod\n' })).nodeVersion).toBe(
      'lts/jod',
    )
    expect((await detect(simple)).nodeVersion).toBeNull()
  })
})

describe('options', () => {
  it('are used instead of what would be detected', async () => {
    const options: ProjectOptions = {
      root: 'apps/web/',
      packageManager: 'yarn',
      framework: 'astro',
      installCommand: 'yarn install --immutable',
      buildCommand: 'yarn build:site',
      outputDirectory: './site/',
    }
    expect(await detect(simple, options)).toMatchObject({
      root: 'apps/web',
      packageManager: 'yarn',
      packageManagerSource: 'option',
      framework: 'astro',
      installCommand: 'yarn install --immutable',
      buildCommand: 'yarn build:site',
      outputDirectory: 'site',
      outputSource: 'option',
    })
  })

  it('can skip the installation and the build', async () => {
    const project = await detect(simple, { buildCommand: null })
    expect(project).toMatchObject({ installCommand: null, buildCommand: null, outputDirectory: 'dist' })
    expect((await detect(simple, { installCommand: null })).installCommand).toBeNull()
  })

  it('let a build script be read that is not the usual one', async () => {
    const files = {
      'package.json': {
        scripts: { build: 'vite build', 'build:stage': 'vite build --outDir stage' },
        devDependencies: vite,
      },
    }
    const project = await detect(files, { buildCommand: 'npm run build:stage' })
    expect(project).toMatchObject({ buildCommand: 'npm run build:stage', outputDirectory: 'stage' })
  })

  it('make a project publishable that would be refused, with a note', async () => {
    const project = await detect(next, { outputDirectory: 'exported' })
    expect(project).toMatchObject({ framework: 'next', outputDirectory: 'exported' })
    expect(project.notes).toEqual([expect.stringContaining('exported is published as it is')])
  })

  it('make a build of an unknown framework publishable', async () => {
    const files = { 'package.json': manifest('webpack', { webpack: '^5.0.0' }) }
    expect(await detect(files, { outputDirectory: 'www' })).toMatchObject({
      framework: 'other',
      buildCommand: 'npm run build',
      outputDirectory: 'www',
    })
  })

  it('can declare a project to be plain files', async () => {
    const project = await detect(simple, { framework: 'static' })
    expect(project).toMatchObject({
      framework: 'static',
      outputDirectory: '.',
      buildCommand: null,
      installCommand: null,
    })
  })

  it.each([
    ['outputDirectory', { outputDirectory: '../x' }],
    ['outputDirectory', { outputDirectory: 'dist/../../x' }],
    ['outputDirectory', { outputDirectory: '/etc' }],
    ['outputDirectory', { outputDirectory: '' }],
    ['root', { root: '..' }],
    ['buildCommand', { buildCommand: '' }],
    ['packageManager', { packageManager: 'deno' }],
    ['installCommand', { installCommand: 5 }],
    ['outputDir', { outputDir: 'dist' }],
  ])('are refused with the name of the field: %s in %j', async (field, options) => {
    expect(() => parseProjectOptions(options)).toThrow(
      expect.objectContaining({
        name: 'OptionsError',
        code: 'options-invalid',
        message: expect.stringMatching(new RegExp(`project.*${field}.*`)),
      }),
    )
    await expect(detect(simple, options as ProjectOptions)).rejects.toMatchObject({ code: 'options-invalid' })
  })

  it('are refused with what would be right, all at once', () => {
    expect(() => parseProjectOptions({ packageManager: 'deno', root: '..', buildCommand: '' })).toThrow(
      /project\.root: expected a folder below.*project\.packageManager: expected npm, pnpm.*project\.buildCommand: expected text that/,
    )
    expect(() => parseProjectOptions({ outputDir: 'dist' })).toThrow(/there is no option outputDir/)
  })

  it('may be undefined, as if they were not given', () => {
    const options = { root: './apps//web/', framework: undefined, buildCommand: null, outputDirectory: undefined }
    expect(parseProjectOptions(options)).toStrictEqual({ root: 'apps/web', buildCommand: null })
  })

  it('are refused if they name a framework that is not known and no folder', async () => {
    await expect(detect(simple, { framework: 'cobol' })).rejects.toMatchObject({
      code: 'framework-unknown',
      hint: expect.stringContaining('vite'),
    })
    expect(await detect(simple, { framework: 'cobol', outputDirectory: 'www' })).toMatchObject({ framework: 'cobol' })
  })
})

describe('a package.json that is wrong', () => {
  it.each([
    ['a comma too many', '{\n  "name": "made",\n  "scripts": {\n    "build": "vite build",\n  }\n}', 5],
    ['a comment', '{\n  // made\n  "name": "made"\n}', 2],
    ['a missing end', '{\n  "name": "made"\n', 3],
    ['a missing comma', '{\n  "name": "made"\n  "private": true\n}', 3],
    ['a missing quote', '{\n  "name": "made,\n  "private": true\n}', 2],
    ['more after its end', '{}\n{}', 2],
    ['nothing in it', '', 1],
    ['a bracket of the wrong kind', '{"files": ["a"}\n}', 1],
  ])('is refused with the line of the mistake: %s', async (_, text, line) => {
    expect(() => JSON.parse(text)).toThrow()
    await expect(detect({ 'package.json': text })).rejects.toMatchObject({
      code: 'package-json-invalid',
      message: expect.stringContaining(`line ${line}`),
      details: { line },
    })
  })

  it.each([
    ['scripts', '{"scripts": "vite build"}'],
    ['scripts.build', '{"scripts": {"build": 1}}'],
    ['dependencies', '{"dependencies": ["vite"]}'],
  ])('is refused with the name of a wrong field: %s', async (field, text) => {
    await expect(detect({ 'package.json': text })).rejects.toMatchObject({
      code: 'package-json-invalid',
      details: { field },
    })
  })

  it('is read in spite of a byte order mark', async () => {
    const project = await detect({ 'package.json': `\uFEFF${JSON.stringify(manifest('vite build', vite))}` })
    expect(project.framework).toBe('vite')
  })

  it('gains nothing from names that objects have by themselves', async () => {
    const files = { 'package.json': '{"scripts": {"__proto__": "vite build"}, "dependencies": {"constructor": "1"}}' }
    await expect(detect(files)).rejects.toMatchObject({ code: 'build-script-missing' })
  })
})

describe('the build script', () => {
  it('is missing if several others build something', async () => {
    const scripts = { 'build:a': 'vite build -c a.ts', 'build:b': 'vite build -c b.ts' }
    await expect(detect({ 'package.json': { scripts, devDependencies: vite } })).rejects.toMatchObject({
      code: 'build-script-missing',
      details: { scripts: ['build:a', 'build:b'] },
    })
  })

  it('names the framework where its package is installed elsewhere', async () => {
    expect(await detect({ 'package.json': manifest('vite build', {}) })).toMatchObject({ framework: 'vite' })
    expect(await detect({ 'package.json': manifest('npx @11ty/eleventy@3 --output=www', {}) })).toMatchObject({
      framework: 'eleventy',
      outputDirectory: 'www',
    })
  })

  it('does not run in circles', async () => {
    const scripts = { build: 'npm run again', again: 'npm run build && vite build' }
    expect(await detect({ 'package.json': { scripts, devDependencies: vite } })).toMatchObject({ framework: 'vite' })
  })

  it('is known to name a folder that only a shell can tell', async () => {
    const project = await detect({ 'package.json': manifest('vite build --outDir $TARGET', vite) })
    expect(project.outputDirectory).toBe('dist')
    expect(project.notes).toEqual([expect.stringContaining('$TARGET')])
  })
})

describe('the output folder', () => {
  const configured: Files = { ...simple, 'vite.config.js': "export default { build: { outDir: 'site' } }" }
  const webpack: Files = { 'package.json': manifest('webpack', { webpack: '^5.0.0' }) }

  it.each<[string, Files, ProjectOptions | undefined]>([
    ['by default', simple, undefined],
    ['by its configuration', configured, undefined],
    ['by its flag', { 'package.json': manifest('vite build --outDir www', vite) }, undefined],
    ['and the caller says so too', simple, { outputDirectory: './dist/' }],
    ['and the caller names the framework', webpack, { framework: 'vite', outputDirectory: 'dist' }],
    ['and a host says so too', { ...simple, 'netlify.toml': '[build]\npublish = "dist"\n' }, undefined],
    ['in public', { 'package.json': manifest('gatsby build', { gatsby: '^5.0.0' }) }, undefined],
  ])('is owned by the framework that writes to it %s', async (_, files, options) => {
    expect(await detect(files, options)).toMatchObject({ ownsOutput: true })
  })

  it.each<[string, Files, ProjectOptions | undefined]>([
    ['the caller names another', simple, { outputDirectory: 'public' }],
    ['the configuration names another than the caller', configured, { outputDirectory: 'dist' }],
    ['netlify.toml names another', { ...simple, 'netlify.toml': '[build]\npublish = "public"\n' }, undefined],
    ['vercel.json names it', { ...webpack, 'vercel.json': { outputDirectory: 'public' } }, undefined],
    ['no known framework writes to it', webpack, { outputDirectory: 'dist' }],
    ['the project is plain files', { 'index.html': '' }, undefined],
    ['plain files are in a folder', { 'public/index.html': '' }, { outputDirectory: 'public', buildCommand: null }],
    ['it is the project', { 'package.json': manifest('vite build --outDir .', vite) }, undefined],
    ['the framework would need a server', next, { outputDirectory: 'out' }],
  ])('may hold source where %s', async (_, files, options) => {
    expect(await detect(files, options)).toMatchObject({ ownsOutput: false })
  })
})

describe('a source folder named public', () => {
  it('is never taken for the output', async () => {
    const project = await detect({ ...simple, 'public/index.html': '', 'public/robots.txt': '' })
    expect(project.outputDirectory).toBe('dist')
  })
})

describe('a project that has to be built but has no package.json', () => {
  it.each([
    [
      'a configuration of a tool',
      { 'index.html': '<h1>Hi</h1>', 'vite.config.ts': 'export default {}' },
      'vite.config.ts',
    ],
    [
      'a page that loads a source file',
      { 'index.html': '<script type="module" src="/src/main.tsx"></script>' },
      'main.tsx',
    ],
  ])('is refused where there is %s', async (_sign, files: Files, named) => {
    await expect(detect(files)).rejects.toMatchObject({
      code: 'package-json-missing',
      message: expect.stringContaining(named),
    })
    expect(await detect(files, { framework: 'static' })).toMatchObject({ framework: 'static', buildCommand: null })
  })

  it('is not taken for one because of a script that a browser can run', async () => {
    const files = { 'index.html': '<script src="/app.js?v=1.ts"></script>' }
    expect(await detect(files)).toMatchObject({ framework: 'static', outputDirectory: '.' })
  })
})
