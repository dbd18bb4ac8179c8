import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findViolations } from './find-violations.js'
import { readSources, root } from './read-imports.js'

const dependencies = ['zod', 'fflate', 'ws']

/** Violations among made-up files; `spec/port.ts`, `toolkit/tool.ts` and the like are there for them to import. */
function violations(files: Record<string, string>): string[] {
  const ground = {
    'spec/port.ts': 'export interface Port {}',
    'errors/problem.ts': 'export class Problem {}',
    'toolkit/tool.ts': 'export const tool = 1',
    'events/index.ts': "export * from './reduce.js'",
    'events/reduce.ts': 'export const reduce = 1',
    'container/run.ts': 'export const run = 1',
    'relay/relay.ts': 'export const relay = 1',
    'emulator/emulator.ts': 'export const emulator = 1',
    'steps/build.ts': 'export const build = 1',
    'deploy.ts': 'export const deploy = 1',
  }
  return findViolations(new Map(Object.entries({ ...ground, ...files })), dependencies)
}

describe('the floors', () => {
  it('are kept by every file of src', () => {
    const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    expect(
      findViolations(readSources(), Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
    ).toEqual([])
  })

  it('let a file use what is below it and beside it', () => {
    const files = {
      'git/github.ts':
        "import type { Port } from '../spec/port.js'\nimport { tool } from '../toolkit/tool.js'\nimport 'zod/mini'",
      'git/push.ts': "import { github } from './github.js'\nawait import('fflate')",
      'deploy.ts': "import { build } from './steps/build.js'\nimport { run } from './container/run.js'",
      'index.ts': "export { deploy } from './deploy.js'\nexport { reduce } from './events/index.js'",
      'cli/main.ts': "import { emulator } from '../emulator/emulator.js'\nimport 'node:fs'",
      'emulator/server.ts': "import { relay } from '../relay/relay.js'\nimport type { Port } from '../spec/port.js'",
    }
    expect(violations(files)).toEqual([])
  })

  it.each<[string, string, string, string]>([
    ['what is above it', 'toolkit/a.ts', "import { run } from '../container/run.js'", 'not below'],
    ['a type of what is above it', 'toolkit/a.ts', "import type { run } from '../container/run.js'", 'not below'],
    ['a type above it in passing', 'toolkit/a.ts', "const a: import('../container/run.js').Run = 1", 'not below'],
    ['what is above it lazily', 'toolkit/a.ts', "await import('../container/run.js')", 'not below'],
    ['what is above it by re-exporting', 'toolkit/a.ts', "export * from '../container/run.js'", 'not below'],
    ['a sibling', 'git/a.ts', "import { run } from '../container/run.js'", 'not below'],
    ['a sibling on the second floor', 'toolkit/a.ts', "import { reduce } from '../events/reduce.js'", 'not below'],
    ['a verb from a step', 'steps/a.ts', "import { deploy } from '../deploy.js'", 'not below'],
    ['what is not there', 'git/a.ts', "import { b } from './b.js'", 'not there'],
    ['an index', 'git/a.ts', "import { reduce } from '../events/index.js'", 'the index'],
    ['the index of its own folder', 'events/a.ts', "import { reduce } from './index.js'", 'the index'],
    ['the relay', 'git/a.ts', "import { relay } from '../relay/relay.js'", 'stands apart'],
    ['a tool from the relay', 'relay/a.ts', "import { tool } from '../toolkit/tool.js'", 'stands apart'],
    ['the emulator from the relay', 'relay/a.ts', "import '../emulator/emulator.js'", 'stands apart'],
    ['more than types from spec', 'emulator/a.ts', "import { Port } from '../spec/port.js'", 'stands apart'],
    ['a package that is no dependency', 'git/a.ts', "import 'left-pad/index.js'", 'no dependency'],
    ['a package on the lowest floor', 'errors/a.ts', "import * as z from 'zod/mini'", 'lowest floors'],
    ['what only Node has', 'git/a.ts', "import 'node:fs'", 'no page has'],
    ['a computed name', 'git/a.ts', 'await import(`../$' + '{name}.js`)', 'no dependency'],
  ])('catch a file that imports %s', (_what, path, source, expected) => {
    expect(violations({ [path]: source })).toEqual([expect.stringContaining(expected)])
  })

  it('catch code in spec, and a folder on no floor', () => {
    expect(violations({ 'spec/a.ts': 'export const a = 1' })).toEqual(['spec/a.ts holds more than types'])
    expect(violations({ 'spec/a.ts': "export * from './port.js'" })).toEqual(['spec/a.ts holds more than types'])
    expect(violations({ 'misc/a.ts': '' })).toEqual(['misc/a.ts is in a folder that is on no floor'])
  })

  it('catch a package that two folders use', () => {
    const files = { 'git/a.ts': "import { zip } from 'fflate'", 'container/a.ts': "await import('fflate/browser')" }
    expect(violations(files)).toEqual(['fflate is used by container and git'])
  })

  it('catch circles of code, but not of types', () => {
    const circle = {
      'git/a.ts': "import { b } from './b.js'",
      'git/b.ts': "export { c } from './c.js'",
      'git/c.ts': "const { a } = await import('./a.js')",
    }
    expect(violations(circle)).toEqual(['git/a.ts -> git/b.ts -> git/c.ts -> git/a.ts is a circle'])
    const types = { 'git/a.ts': "import { type B } from './b.js'", 'git/b.ts': "import type { A } from './a.js'" }
    expect(violations(types)).toEqual([])
  })
})
