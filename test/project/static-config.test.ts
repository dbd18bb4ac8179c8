import { describe, expect, it } from 'vitest'
import type { Project } from '../../src/spec/project.js'
import { detect, manifest } from './memory.js'

function withConfig(text: string, file = 'vite.config.ts'): Promise<Project> {
  return detect({ 'package.json': manifest('vite build', { vite: '^7.0.0' }), [file]: text })
}

const readable: readonly (readonly [string, string])[] = [
  ['an object', "export default { build: { outDir: 'out' } }"],
  ['quoted keys', `export default { 'build': { "outDir": "out" } }`],
  ['a helper', "export default defineConfig({ build: { outDir: 'out' } })"],
  ['a function', "export default defineConfig(() => ({ build: { outDir: 'out' } }))"],
  [
    'a function with a body',
    "export default defineConfig(async ({ mode }) => {\n  return { build: { outDir: 'out' } }\n})",
  ],
  ['a named function', "export default function config() { return { build: { outDir: 'out' } } }"],
  ['CommonJS', "const { defineConfig } = require('vite')\nmodule.exports = defineConfig({ build: { outDir: 'out' } })"],
  ['a constant', "const config = { build: { outDir: 'out' } }\nexport default config"],
  ['an exported name', "const config = { build: { outDir: 'out' } }\nexport { config as default }"],
  ['constants in it', "const folder = 'out'\nconst build = { outDir: folder }\nexport default { build }"],
  ['a spread of a constant', "const build = { outDir: 'x' }\nexport default { build: { ...build, outDir: 'out' } }"],
  ['a template', 'const name = `out`\nexport default { build: { outDir: `./$' + '{name}` } }'],
  ['satisfies', "export default { build: { outDir: 'out' } } satisfies UserConfig"],
  ['as', "export default <const>{ build: { outDir: 'out' as string } }"],
  [
    'path.resolve',
    "import path from 'node:path'\nexport default { build: { outDir: path.resolve(__dirname, 'out') } }",
  ],
  ['path.join', "import { join } from 'path'\nexport default { build: { outDir: join(__dirname, 'x', '..', 'out') } }"],
  [
    'a folder of the module',
    "import p from 'path'\nexport default { build: { outDir: p.join(import.meta.dirname, 'out') } }",
  ],
  [
    'a URL',
    "import { fileURLToPath } from 'node:url'\nexport default { build: { outDir: fileURLToPath(new URL('./out', import.meta.url)) } }",
  ],
  [
    'a __dirname of its own',
    `import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
const __dirname = dirname(fileURLToPath(import.meta.url))
export default { build: { outDir: resolve(__dirname, 'out') } }`,
  ],
  ['root and a folder beside it', "export default { root: 'src', build: { outDir: '../out' } }"],
  [
    'two ways to the same',
    "export default ({ mode }) => mode === 'x' ? { build: { outDir: 'out' } } : { build: { outDir: 'out' } }",
  ],
  ['a wrapper', "export default withThings({ build: { outDir: 'out' } })"],
  [
    'comments and a byte order mark',
    "\uFEFF// outDir: 'no'\nexport default { /* outDir: 'no' */ build: { outDir: 'out' } }",
  ],
]

const unreadable: readonly (readonly [string, string])[] = [
  ['the environment', 'export default { build: { outDir: process.env.OUT } }'],
  ['the environment with a fallback', "export default { build: { outDir: process.env.OUT ?? 'out' } }"],
  ['two ways to different folders', "export default ({ mode }) => ({ build: { outDir: mode === 'x' ? 'a' : 'b' } })"],
  ['two returns', "export default () => { if (x) { return { build: { outDir: 'a' } } } return {} }"],
  ['an import', "import { build } from './shared'\nexport default { build }"],
  ['a spread of an import', "import shared from './shared'\nexport default { ...shared }"],
  ['a computed key', "const key = f()\nexport default { build: { [key]: 'out' } }"],
  ['a variable that changes', "let outDir = 'a'\noutDir = 'b'\nexport default { build: { outDir } }"],
  ['an object that changes', "const config = { build: {} }\nconfig.build.outDir = 'b'\nexport default config"],
  ['a constant that needs itself', 'const a = b\nconst b = a\nexport default { build: { outDir: a } }'],
  ['a parameter', 'export default (folder) => ({ build: { outDir: folder } })'],
  ['a wrapper without it', 'export default withThings({ plugins: [] })'],
  ['a getter', "export default { build: { get outDir() { return 'x' } } }"],
  ['a class', 'export default class {}'],
]

describe('a configuration is read without being run', () => {
  it.each(readable)('where it is written as %s', async (_, text) => {
    const project = await withConfig(text)
    expect(project.outputDirectory).toBe('out')
    expect(project.outputSource).toBe('vite.config.ts (build.outDir)')
    expect(project.notes).toEqual([])
  })

  it.each(unreadable)('or gets a note that names file and setting, where it depends on %s', async (_, text) => {
    const project = await withConfig(text)
    expect(project.outputDirectory).toBe('dist')
    expect(project.outputSource).toBe('default of Vite')
    expect(project.notes).toEqual([expect.stringMatching(/vite\.config\.ts .*build\.outDir.*Pass outputDirectory/)])
  })

  it.each([
    ['a syntax error', 'export default { build: { outDir: '],
    ['nesting without end', `export default ${'['.repeat(100_000)}`],
    ['nesting to its end', `export default ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['far too much text', `export default {} //${' '.repeat(600_000)}`],
  ])('and one with %s stops nothing', async (_, text) => {
    const project = await withConfig(text)
    expect(project.outputDirectory).toBe('dist')
    expect(project.notes.length).toBeLessThanOrEqual(1)
  })

  it.each(['', 'throw new Error("no")', 'process.exit(1)', 'while (true) {}\nexport default {}'])(
    'and never takes effect: %j',
    async (text) => {
      expect(await withConfig(text)).toMatchObject({ outputDirectory: 'dist', notes: [] })
    },
  )

  it('ends where functions return functions in great numbers', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`)
    const chain = names.map((name, index) => `const ${name} = () => x ? f${index + 1} : f${index + 1}`).join('\n')
    const project = await withConfig(`${chain}\nconst f40 = () => ({})\nexport default f0`)
    expect(project.outputDirectory).toBe('dist')
  })

  it.each(['js', 'mjs', 'cjs', 'mts', 'cts'])('in a file that ends in .%s', async (ending) => {
    const text = ending.startsWith('c') ? 'module.exports =' : 'export default'
    const project = await withConfig(`${text} { build: { outDir: 'out' } }`, `vite.config.${ending}`)
    expect(project.outputDirectory).toBe('out')
  })

  it('in the file that the build script names', async () => {
    const project = await detect({
      'package.json': manifest('vite build --config config/site.ts', { vite: '^7.0.0' }),
      'vite.config.ts': "export default { build: { outDir: 'no' } }",
      'config/site.ts': "export default { build: { outDir: 'out' } }",
    })
    expect(project.outputDirectory).toBe('out')
  })

  it.each(["'../out'", "'/elsewhere/out'"])('and is refused if it leaves the project: %s', async (folder) => {
    await expect(withConfig(`export default { build: { outDir: ${folder} } }`)).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining('vite.config.ts (build.outDir)'),
    })
  })
})
