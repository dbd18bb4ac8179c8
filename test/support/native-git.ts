import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Git itself, in a temporary folder, without anyone's settings. */
export interface NativeGit {
  /** The temporary folder. */
  readonly folder: string
  /**
   * Runs git.
   *
   * @returns what it printed, without the line break at the end
   * @throws where it fails, with its own words
   */
  run(cwd: string, ...command: string[]): Promise<string>
  /** Clones a branch and gives back its files by path; of a symbolic link, where it leads. */
  filesOf(remote: string, branch?: string): Promise<Record<string, Uint8Array>>
  close(): Promise<void>
}

export async function startNativeGit(): Promise<NativeGit> {
  const folder = await mkdtemp(join(tmpdir(), 'tabship-native-git-'))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
  }
  let clones = 0

  const run = (cwd: string, ...command: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const settings = { cwd, env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }
      execFile('git', command, settings, (error, output, complaints) => {
        if (error) reject(new Error(`git ${command[0]} failed: ${complaints || error.message}`))
        else resolve(output.replace(/\n$/, ''))
      })
    })

  return {
    folder,
    run,
    filesOf: async (remote, branch) => {
      const copy = join(folder, `clone-${++clones}`)
      await run(folder, 'clone', '--quiet', ...(branch === undefined ? [] : ['--branch', branch]), remote, copy)
      const files: Record<string, Uint8Array> = {}
      for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
        const name = path.slice(copy.length + 1)
        if (entry.isDirectory() || name.startsWith('.git/')) continue
        files[name] = new Uint8Array(entry.isSymbolicLink() ? Buffer.from(await readlink(path)) : await readFile(path))
      }
      return files
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
