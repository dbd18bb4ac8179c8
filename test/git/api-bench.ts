import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js'
import type { CommitDraft } from '../../src/git/commit-draft.js'
import { createGithubApi, type GithubApi } from '../../src/git/github/api.js'
import { baseOf } from '../../src/git/push/base.js'
import { type CommitContent, composeCommit } from '../../src/git/push/compose-commit.js'
import { readTrees } from '../../src/git/push/trees.js'
import type { Artifact, FileMode } from '../../src/spec/artifact.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'

/** The emulated GitHub with native git beside it, for commits that are made by the API. */
export interface ApiBench {
  readonly emulator: Emulator
  readonly native: NativeGit
  /** A new one at each look: what may be created in a minute is counted for each. */
  readonly api: GithubApi
  apiWith(token: string): GithubApi
  /** Makes a repository with a first commit of these files; `null` leaves it empty. @returns its name, `owner/name` */
  repository(files: Files | null): Promise<string>
  /** The draft of a commit that holds these files and no others, on top of a commit or of none. */
  draft(fullName: string, parent: string | null, files: Files, modes?: Modes): Promise<CommitDraft>
  head(fullName: string, branch?: string): Promise<string | undefined>
  /** Runs git in the bare repository. */
  git(fullName: string, ...command: string[]): Promise<string>
  close(): Promise<void>
}

export type Modes = Readonly<Record<string, FileMode>>

export const person = { name: 'Ada Example', email: 'ada@example.com' }
export const date: number = Date.UTC(2024, 4, 6, 7, 8, 10)

export async function startApiBench(options: EmulatorOptions = {}): Promise<ApiBench> {
  const emulator = await createEmulator(options)
  const native = await startNativeGit()
  const { state } = emulator.github
  const apiWith = (token: string): GithubApi => createGithubApi(emulator.github.url, 'direct', async () => token)
  let count = 0
  const git: ApiBench['git'] = (fullName, ...command) =>
    native.run(native.folder, '--git-dir', state.repository(fullName).path, ...command)
  return {
    emulator,
    native,
    get api() {
      return apiWith(emulator.token)
    },
    apiWith,
    git,
    repository: async (files) => {
      const fullName = `owner/api-${++count}`
      await state.create(emulator.accounts.owner, fullName.slice(6))
      if (files) await state.commit({ repository: fullName, files, message: 'First', author: emulator.accounts.owner })
      return fullName
    },
    draft: async (fullName, parent, files, modes = {}) => {
      const { artifacts } = await artifactsOf(files, modes)
      return draftOf(fullName, parent, artifacts)
    },
    head: (fullName, branch) => state.head(fullName, branch),
    close: async () => {
      await emulator.close()
      await native.close()
    },
  }

  async function draftOf(
    fullName: string,
    parent: string | null,
    artifacts: readonly Artifact[],
  ): Promise<CommitDraft> {
    const content: CommitContent = {
      ...{ artifacts, keep: [], message: 'Deploy', deployment: 'deployment-1', based: true },
      ...{ author: person, date },
    }
    if (parent === null) return composeCommit(content, undefined)
    const root = await git(fullName, 'rev-parse', `${parent}^{tree}`)
    const files = await readTrees(root, (oid) => treeBytes(fullName, oid))
    const message = await git(fullName, 'log', '-1', '--format=%B', parent)
    const base = await baseOf({ oid: parent, parents: [], message, files }, root)
    if (!base) throw new Error(`the files of ${parent} are not those of its tree`)
    return composeCommit(content, base)
  }

  async function treeBytes(fullName: string, oid: string): Promise<Uint8Array> {
    const command = ['--git-dir', state.repository(fullName).path, 'cat-file', 'tree', oid]
    return (await run('git', command, { encoding: 'buffer' })).stdout
  }
}

const run = promisify(execFile)

/** What native git makes of the same files: the ids of the tree and of the commit. */
export async function nativeCommit(
  bench: ApiBench,
  fullName: string,
  draft: Pick<CommitDraft, 'parent' | 'message'>,
  files: Files,
  modes: Modes = {},
): Promise<{ readonly tree: string; readonly oid: string }> {
  const folder = await mkdtemp(join(bench.native.folder, 'work-'))
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path)
    await mkdir(dirname(place), { recursive: true })
    if (modes[path] === '120000') await symlink(Buffer.from(bytesOf(content)), place)
    else await writeFile(place, content)
    if (modes[path] === '100755') await chmod(place, 0o755)
  }
  const time = `${date / 1000} +0000`
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    ...{ GIT_AUTHOR_NAME: person.name, GIT_AUTHOR_EMAIL: person.email, GIT_AUTHOR_DATE: time },
    ...{ GIT_COMMITTER_NAME: person.name, GIT_COMMITTER_EMAIL: person.email, GIT_COMMITTER_DATE: time },
  }
  const git = async (...command: string[]): Promise<string> =>
    (await run('git', command, { cwd: folder, env })).stdout.trim()
  await git('init', '--quiet')
  if (draft.parent !== null)
    await git('fetch', '--quiet', bench.emulator.github.state.repository(fullName).path, draft.parent)
  await git('add', '--all', '--force')
  const tree = await git('write-tree')
  const parents = draft.parent === null ? [] : ['-p', draft.parent]
  await writeFile(join(bench.native.folder, 'message'), draft.message)
  const oid = await git('commit-tree', tree, ...parents, '-F', join(bench.native.folder, 'message'))
  return { tree, oid }
}
