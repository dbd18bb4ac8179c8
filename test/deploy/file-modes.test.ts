import { chmod, lstat, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gitlab } from '../../src/git/gitlab.js'
import {
  type Deployment,
  type DeploymentEvent,
  formatPlan,
  memoryStorage,
  plan,
  resume,
  survey,
} from '../../src/index.js'
import type { Container } from '../../src/spec/container.js'
import { type Content, memoryContainer } from '../support/memory-container.js'
import { endOf, eventsOf, nativeGit, type Overrides, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage(page)
})

afterEach(async () => {
  await stage.close()
})

const page = { 'index.html': '<h1>Shop</h1>' }
const isStatic = { framework: 'other', installCommand: null, buildCommand: null, outputDirectory: '.' }
const place = (path: string) => join(stage.container.directory, path)
const deploy = (options: Overrides = {}) => stage.deploy({ targets: [], project: isStatic, ...options })
const relayed = () => ({ git: stage.github({ transport: 'auto' }), relay: stage.emulator.relay.url })
const byApi = () => ({ git: stage.github({ transport: 'auto' }), relay: undefined })

/** Modes by path as git itself shows them, and where links lead. */
async function modes(branch = 'main', folder = stage.emulator.github.state.repository('owner/shop').path) {
  const listed = await nativeGit(folder, '-c', 'core.quotePath=off', 'ls-tree', '-r', branch)
  const found: Record<string, string> = {}
  for (const line of listed.trim().split('\n')) {
    const [, mode = '', oid = '', path = ''] = /^(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? []
    found[path] = mode === '120000' ? `-> ${await nativeGit(folder, 'cat-file', 'blob', oid)}` : mode
  }
  return found
}

const warningsOf = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
const excludedOf = (events: readonly DeploymentEvent[]) =>
  events.flatMap((event) => (event.type === 'files-exclude' && event.step === 'source' ? event.files : []))

async function done(deployment: Deployment): Promise<DeploymentEvent[]> {
  const events = await eventsOf(deployment)
  expect(endOf(events)).toMatchObject({ outcome: 'success' })
  return events
}

/** The container, with the programs that are started in it. */
function watched(container: Container): { container: Container; started: string[] } {
  const started: string[] = []
  const spawn: Container['spawn'] = (command, args, options) => {
    started.push(command)
    return container.spawn(command, args, options)
  }
  return { container: { ...container, spawn }, started }
}

async function makeScriptsAndLinks(): Promise<void> {
  await stage.write({
    'bin/tool': 'no shebang',
    'hooks/pre-commit': '#!/bin/sh\n',
    'native/engine': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 255]),
    'plain.sh': '#!/bin/sh\n',
    'sub/note.txt': 'note',
  })
  for (const path of ['bin/tool', 'hooks/pre-commit', 'native/engine']) await chmod(place(path), 0o755)
  await symlink('index.html', place('link'))
  await symlink('../sub', place('bin/folder'))
  await symlink('nowhere/at/all', place('sub/dangling'))
}

const kept = {
  'bin/folder': '-> ../sub',
  'bin/tool': '100755',
  'hooks/pre-commit': '100755',
  'index.html': '100644',
  link: '-> index.html',
  'native/engine': '100755',
  'plain.sh': '100644',
  'sub/dangling': '-> nowhere/at/all',
  'sub/note.txt': '100644',
}

describe.each([
  ['git through the relay', relayed],
  ['the API', byApi],
])('executable files and links, by %s', (_name, way) => {
  it('are committed as what they are, and follow the project', async () => {
    await makeScriptsAndLinks()
    const events = await done(deploy(way()))
    expect(await modes()).toEqual(kept)
    expect(excludedOf(events)).toEqual([])
    expect(warningsOf(events)).toEqual([])
    const { path } = stage.emulator.github.state.repository('owner/shop')
    expect(await nativeGit(path, 'fsck', '--strict', '--no-dangling')).toBe('')

    expect((await deploy(way()).done).commits).toMatchObject([{ created: false }])

    await chmod(place('bin/tool'), 0o644)
    await chmod(place('plain.sh'), 0o755)
    await rm(place('link'))
    await symlink('sub/note.txt', place('link'))
    await rm(place('sub/dangling'))
    await writeFile(place('sub/dangling'), 'a file now')
    const { commits } = await deploy(way()).done
    expect(commits).toMatchObject([{ created: true, changes: { added: 0, changed: 4, deleted: 0 } }])
    const changed = { 'bin/tool': '100644', 'plain.sh': '100755', link: '-> sub/note.txt', 'sub/dangling': '100644' }
    expect(await modes()).toEqual({ ...kept, ...changed })
  })

  it('stay what they are on the branch where the project is of another container, which has no modes', async () => {
    await makeScriptsAndLinks()
    await done(deploy(way()))
    for (const path of ['bin/tool', 'hooks/pre-commit', 'native/engine']) await chmod(place(path), 0o644)
    await stage.write({ 'hooks/pre-commit': '#!/bin/sh\necho\n' })
    const { container } = watched(stage.container)
    await done(deploy({ ...way(), container }))
    expect(await modes()).toEqual(kept)
  })
})

describe('a project whose container tells no modes', () => {
  const files: Record<string, Content> = { ...page, 'bin/x': '#!/bin/sh\n', link: { symlink: 'index.html' } }

  it('is committed with a warning, and what the branch has of them stays', async () => {
    await stage.write({ 'bin/x': '#!/bin/sh\nold\n' })
    await chmod(place('bin/x'), 0o755)
    await symlink('index.html', place('link'))
    await done(deploy())
    const events = await done(deploy({ container: memoryContainer(files) }))
    expect(await modes()).toEqual({ 'bin/x': '100755', 'index.html': '100644', link: '-> index.html' })
    const [warning] = events.filter((event) => event.type === 'warning')
    expect(warning).toMatchObject({ code: 'modes-unknown', step: 'source' })
    expect(warning?.message).toMatch(/executable \(bin\/x\) and where links lead \(link\)/)
    expect(excludedOf(events)).toEqual([{ path: 'link', reason: 'symlink' }])
  })

  it('is committed without links where there is no branch yet', async () => {
    await done(deploy({ container: memoryContainer(files) }))
    expect(await modes()).toEqual({ 'bin/x': '100644', 'index.html': '100644' })
  })

  it('does not keep a cancel waiting', async () => {
    const container = memoryContainer(files, {
      run: () => {
        deployment.cancel()
        return new Promise(() => undefined)
      },
    })
    const deployment = deploy({ container })
    expect(endOf(await eventsOf(deployment))).toMatchObject({ outcome: 'canceled' })
    expect(container.calls.kill).toBe(1)
  })
})

describe('asking for modes', () => {
  it('starts no process where nothing can be run and no link is', async () => {
    await stage.write({ 'src/app.ts': 'run()', 'image.png': Uint8Array.from([137, 80]), empty: '' })
    const { container, started } = watched(stage.container)
    await done(deploy({ container }))
    expect(started).toEqual([])
    await stage.write({ run: '#!/usr/bin/env node\n' })
    await done(deploy({ container }))
    expect(started).toEqual(['node'])
  })

  it('changes nothing in the project, and passes over what is left out of the commit', async () => {
    await stage.write({
      '.gitignore': 'ignored\n',
      'ignored/x.sh': '#!/bin/sh\n',
      'node_modules/.bin/y': '#!/bin/sh\n',
    })
    await symlink('../index.html', place('ignored/link'))
    await symlink('/etc', place('.env'))
    const { container, started } = watched(stage.container)
    await done(deploy({ container }))
    expect(started).toEqual([])
    expect((await lstat(place('.env'))).isSymbolicLink()).toBe(true)
    expect(Object.keys(await modes())).toEqual(['.gitignore', 'index.html'])
  })

  it('asks in the folder that is committed', async () => {
    await stage.write({ 'site/index.html': 'site', 'site/x.sh': '#!/bin/sh\n' })
    await chmod(place('site/x.sh'), 0o755)
    await symlink('../index.html', place('site/link'))
    await done(deploy({ commit: { root: 'site' }, project: { ...isStatic, root: 'site' } }))
    expect(await modes()).toEqual({ 'index.html': '100644', link: '-> ../index.html', 'x.sh': '100755' })
  })

  it('never follows a link that leads out, and says so of absolute ones', async () => {
    await symlink('/etc', place('etc'))
    await symlink('../../outside', place('outside'))
    const events = await done(deploy())
    expect(await modes()).toEqual({ etc: '-> /etc', 'index.html': '100644', outside: '-> ../../outside' })
    const [warning] = events.filter((event) => event.type === 'warning')
    expect(warning).toMatchObject({ code: 'link-absolute' })
    expect(warning?.message).toMatch(/: etc\.$/)
  })

  it('is part of the survey, so that the plan counts links', async () => {
    await makeScriptsAndLinks()
    const options = { container: stage.container, project: isStatic, git: stage.github(), targets: [] }
    const facts = await survey(options)
    expect(facts.source?.artifacts.filter(({ mode }) => mode !== '100644')).toHaveLength(6)
    expect(facts.output?.artifacts.every(({ mode }) => mode === '100644')).toBe(true)
    expect(formatPlan(plan(options, facts))).toContain('9')
    expect(plan(options, facts).steps.find(({ id }) => id === 'commit')?.files).toBe(9)
  })
})

describe('what is made from the source', () => {
  it('is a branch of the output without modes and links, as before', async () => {
    await makeScriptsAndLinks()
    await done(deploy({ commit: { content: 'both' } }))
    expect(await modes()).toEqual(kept)
    const plain = Object.entries(kept).filter(([, mode]) => mode.startsWith('100'))
    expect(await modes('gh-pages')).toEqual(Object.fromEntries(plain.map(([path]) => [path, '100644'])))
  })

  it('is put on top of what others committed, modes and all', async () => {
    await makeScriptsAndLinks()
    const storage = memoryStorage()
    await done(deploy({ storage }))
    await stage.emulator.github.state.commit({
      repository: 'owner/shop',
      files: { 'theirs.txt': 'theirs' },
      message: 'Theirs',
      author: { name: 'Grace', email: 'grace@example.com' },
    })
    await chmod(place('hooks/pre-commit'), 0o644)
    await symlink('link', place('another'))
    await done(deploy({ storage, onConflict: 'rebase' }))
    const merged = { 'theirs.txt': '100644', another: '-> link', 'hooks/pre-commit': '100644' }
    expect(await modes()).toEqual({ ...kept, ...merged })
  })

  it('is known after a crash without the container', async () => {
    await makeScriptsAndLinks()
    await done(deploy())
    await chmod(place('bin/tool'), 0o644)
    await symlink('link', place('another'))
    const storage = memoryStorage()
    const { emulator } = stage
    emulator.faults.add({ provider: 'git', fault: { kind: 'status', status: 403 } })
    const failed = deploy({ storage })
    expect(endOf(await eventsOf(failed))).toMatchObject({ outcome: 'failure', error: { step: 'commit' } })
    emulator.faults.clear()
    await rm(place('another'))
    await done(resume(failed.id, { storage, git: stage.github(), targets: [], fetch: emulator.fetch }))
    expect(await modes()).toEqual({ ...kept, 'bin/tool': '100644', another: '-> link' })
  })

  it('is refused by an API that can write no links, which says what can', async () => {
    const { emulator } = stage
    await stage.write({ 'x.sh': '#!/bin/sh\n' })
    await chmod(place('x.sh'), 0o755)
    const host = (transport: 'auto' | 'direct') =>
      gitlab({ auth: emulator.token, repository: 'shop', url: emulator.gitlab.url, transport })
    const folder = () => emulator.gitlab.state.project('owner/shop').folder
    await done(deploy({ git: host('auto') }))
    expect(await modes('main', folder())).toEqual({ 'index.html': '100644', 'x.sh': '100755' })
    await symlink('index.html', place('link'))
    expect(endOf(await eventsOf(deploy({ git: host('auto') })))).toMatchObject({ error: { code: 'commit-needs-git' } })
    await done(deploy({ git: host('direct') }))
    expect(await modes('main', folder())).toMatchObject({ link: '-> index.html', 'x.sh': '100755' })
  })
})
