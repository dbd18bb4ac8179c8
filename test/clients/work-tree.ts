import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Files } from '../support/artifacts.js'
import type { NativeGit } from '../support/native-git.js'

/** The person whom native git commits as. */
export const person = { name: 'Ada Example', email: 'ada@example.com' }

/** Runs git as that person. */
export function runAs(git: NativeGit, folder: string, ...command: string[]): Promise<string> {
  return git.run(folder, '-c', `user.name=${person.name}`, '-c', `user.email=${person.email}`, ...command)
}

/** Writes files and commits them. @returns the commit's id */
export async function commitFiles(git: NativeGit, folder: string, files: Files, message = 'Change'): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await runAs(git, folder, 'add', '--all')
  await runAs(git, folder, 'commit', '--quiet', '--message', message)
  return runAs(git, folder, 'rev-parse', 'HEAD')
}

/** `mode id` of every file of the current commit by its path, as git itself lists them. */
export async function listFiles(git: NativeGit, folder: string): Promise<Record<string, string>> {
  const lines = (await runAs(git, folder, 'ls-tree', '-r', '-z', 'HEAD')).split('\0').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [facts = '', path = ''] = line.split('\t')
      const [mode, , id] = facts.split(' ')
      return [path, `${mode} ${id}`]
    }),
  )
}
