import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { NativeGit } from '../../test/support/native-git.js'
import type { Work } from '../harness.js'
import { changed, type SourceFile } from './source-files.js'

/** Native git in a work tree that holds the files of the benchmark. */
export interface NativePeer {
  /** Begins anew with a repository that has no commit, and the files as they were. */
  begin(remote: string): Promise<void>
  /** Changes one of the files. */
  change(round: number): Promise<void>
  push(): Promise<Pick<Work, 'duration'>>
  /** Bytes of a pack with what was pushed last, made as a push makes it. */
  sent(): Promise<number>
  tree(): Promise<string>
}

/** @param files of the project. They stay in the work tree; only what is changed is written again. */
export async function nativePeer(git: NativeGit, files: readonly SourceFile[]): Promise<NativePeer> {
  const tree = join(git.folder, 'work')
  const write = async ({ path, bytes }: SourceFile) => {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await writeFile(join(tree, path), bytes)
  }
  for (const file of files) await write(file)
  const file = files[Math.floor(files.length / 2)]
  if (!file) throw new Error('there is no file to change')
  return {
    async begin(remote) {
      await rm(join(tree, '.git'), { recursive: true, force: true })
      await write(file)
      await git.run(tree, 'init', '--quiet', '--initial-branch=main')
      await git.run(tree, 'config', 'user.name', 'Ada Example')
      await git.run(tree, 'config', 'user.email', 'ada@example.com')
      await git.run(tree, 'remote', 'add', 'origin', remote)
    },
    change: (round) => write(changed(file, round)),
    async push() {
      const began = performance.now()
      await git.run(tree, 'add', '--all')
      await git.run(tree, 'commit', '--quiet', '--message', 'Benchmark')
      await git.run(tree, 'push', '--quiet', 'origin', 'main')
      return { duration: performance.now() - began }
    },
    async sent() {
      const bundle = join(git.folder, 'pushed.bundle')
      const commits = (await git.run(tree, 'rev-list', '--count', 'main')) === '1' ? ['main'] : ['main', '^main~1']
      await git.run(tree, 'bundle', 'create', '--quiet', bundle, ...commits)
      return (await stat(bundle)).size
    },
    tree: () => git.run(tree, 'rev-parse', 'main^{tree}'),
  }
}
