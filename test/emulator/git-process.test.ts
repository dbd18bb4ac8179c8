import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdGitLauncher } from '../../src/emulator/git-launcher.js'
import { createGit, type Git } from '../../src/emulator/git-process.js'
import { diskUsage, isEmpty, listBranchesAndTags, readLog, readRef, readTree } from '../../src/emulator/read-git.js'
import { isRunning } from '../support/is-running.js'

let folder: string
let git: Git
const run = promisify(execFile)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tabship-git-process-'))
  git = createGit(folder)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Pids of the processes that this one has started to start git. */
async function launchers(parent: number | undefined = process.pid): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args='])
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((line) => Number(line?.[2]) === parent && / -e\b/.test(line?.[3] ?? ''))
    .map((line) => Number(line?.[1]))
}

describe('a command of git', () => {
  it('gets its input and gives back each byte of its output', async () => {
    const release = holdGitLauncher()
    const repository = join(folder, 'bytes.git')
    await git.run(folder, ['init', '--bare', '--quiet', repository])
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 256)
    const id = (await git.run(repository, ['hash-object', '-w', '--stdin'], { input: bytes })).toString().trim()
    expect(Buffer.compare(await git.run(repository, ['cat-file', 'blob', id]), bytes)).toBe(0)
    await release()
  })

  it('is known by its exit code and by its own words', async () => {
    expect(await git.run(folder, ['cat-file', '-e', 'none'], { accept: [128] })).toHaveLength(0)
    await expect(git.run(folder, ['cat-file', '-t', 'none'])).rejects.toThrow(
      /^git cat-file ended with 128: fatal: not a git repository/,
    )
  })

  it('is refused in the words of the system where there is no git', async () => {
    const none = git.run(folder, ['version'], { environment: { PATH: folder } })
    await expect(none).rejects.toMatchObject({ code: 'ENOENT', message: expect.stringContaining('spawn git') })
  })
})

describe('the process that starts git', () => {
  it('is one for all, and ends with the last who holds it', async () => {
    const [first, second] = [holdGitLauncher(), holdGitLauncher()]
    await Promise.all(Array.from({ length: 5 }, () => git.run(folder, ['version'])))
    const [pid = 0, ...more] = await launchers()
    expect(more).toEqual([])
    await first()
    await first()
    expect(await launchers()).toEqual([pid])
    await second()
    expect(isRunning(pid)).toBe(false)
  })

  it('ends after a command that nobody holds it for', async () => {
    await git.run(folder, ['version'])
    expect(await launchers()).toEqual([])
  })

  it('is replaced where it is killed, and who waits for it is told', async () => {
    const release = holdGitLauncher()
    await git.run(folder, ['version'])
    const [pid = 0] = await launchers()
    const waiting = git.run(folder, ['hash-object', '--stdin'], { input: new Uint8Array(20_000_000) })
    process.kill(pid, 'SIGKILL')
    await expect(waiting).rejects.toThrow('what starts git has ended with SIGKILL')
    expect((await git.run(folder, ['version'])).toString()).toContain('git version')
    await release()
  })

  it('does not outlive a parent that is killed', async () => {
    const program = join(folder, 'parent.ts')
    const source = new URL('../../src/emulator/', import.meta.url).pathname
    await writeFile(
      program,
      `import { holdGitLauncher } from '${source}git-launcher.ts'
      import { createGit } from '${source}git-process.ts'
      import { createServer } from 'node:net'
      holdGitLauncher()
      void createGit('${folder}').run('${folder}', ['version']).then(() => process.stdout.write('up'))
      createServer().listen(0)`,
    )
    const loader = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href
    const parent = execFile(process.execPath, ['--import', loader, program])
    await new Promise((resolve) => parent.stdout?.once('data', resolve))
    const [pid = 0] = await launchers(parent.pid)
    expect(isRunning(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isRunning(pid)).toBe(false)
  })
})

describe('what is read from disk', () => {
  it('is what git itself tells, from loose and from packed objects and refs', async () => {
    const release = holdGitLauncher()
    const path = join(folder, 'read.git')
    const repository = { path }
    await git.run(folder, ['init', '--bare', '--quiet', '--initial-branch=main', path])
    expect(await isEmpty(git, repository)).toBe(true)
    const stream = `commit refs/heads/main
author Ann Ö <ann@example.com> 1700000000 +0200
committer Bob <bob@example.com> 1700000060 -0100
data 17
Title\n\n  Text.\n\n
M 100755 inline run.sh
data 2
x\n
M 120000 inline a/b/ö link
data 6
run.sh
M 100644 inline a-b
data 0

reset refs/tags/v1
from refs/heads/main

reset refs/heads/topic/one
from refs/heads/main
`
    await git.run(path, ['fast-import', '--quiet'], { input: stream })
    const text = async (...command: string[]) => (await git.run(path, command)).toString()
    const sha = (await text('rev-parse', 'main')).trim()
    const loose = await readAll()
    await git.run(path, ['repack', '-adq'])
    await git.run(path, ['pack-refs', '--all'])
    const packed = await readAll()
    expect({ ...packed, size: 0 }).toEqual({ ...loose, size: 0 })
    await release()

    async function readAll() {
      const size = await diskUsage(git, repository)
      const counted = await text('count-objects', '-v')
      const sizes = [...counted.matchAll(/^size(?:-pack)?: (\d+)$/gm)].map(([, kilobytes]) => Number(kilobytes))
      expect(size).toBe(sizes.reduce((sum, one) => sum + one, 0))
      const refs = await listBranchesAndTags(git, repository)
      const listed = await text('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags')
      expect([...refs].map((ref) => `${ref.join(' ')}\n`).join('')).toBe(listed)
      const [commit] = await readLog(git, repository, { from: sha, skip: 0, count: 1 })
      const shown = await text('log', '-1', '--format=%T %an %ae %cn %ce')
      const { author, committer } = commit ?? {}
      const people = [author?.name, author?.email, committer?.name, committer?.email]
      expect(`${[commit?.tree, ...people].join(' ')}\n`).toBe(shown)
      const entries = await readTree(git, repository, sha, true)
      const lines = entries.map(({ mode, type, sha, size, path }) => `${mode} ${type} ${sha} ${size ?? '-'} ${path}\n`)
      const tree = (await text('ls-tree', '-r', '-t', '-z', '--long', sha)).replace(/ +(\S+)\t(.*?)\0/gs, ' $1 $2\n')
      expect(lines.join('')).toBe(tree)
      const branch = await readRef(git, repository, 'refs/heads/topic/one')
      expect(await readRef(git, repository, 'refs/heads/topic')).toBeUndefined()
      expect(await isEmpty(git, repository)).toBe(false)
      return { size, refs, commit, entries, branch }
    }
  })
})
