import { join } from 'node:path'
import type { TreeFiles } from '../../build/source-tree.js'
import { kindOf, readEntry, readFolder } from '../../build/source-tree.js'
import { OutputError } from '../serving/output.js'

/** Where frameworks leave what they build (`@vercel/frameworks`), the first that is there. */
const usual = ['dist', 'build', 'out', '_site', 'public'] as const

type Files = Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly mode: number }>

/** What a build left. */
export interface Built {
  readonly files: TreeFiles
  /** The folder of it that is to be served as it is, with its slash at the end; `undefined`: it is a Build Output tree. */
  readonly folder: string | undefined
}

/**
 * Reads what a build left: a Build Output tree, or a folder to be served with the project's `vercel.json`.
 *
 * @throws OutputError where there is neither
 */
export async function readBuilt(folder: string, outputDirectory: string | undefined): Promise<Built> {
  const files: Files = new Map()
  if ((await kindOf(join(folder, '.vercel/output')))?.isDirectory) {
    await readFolder(join(folder, '.vercel/output'), '.vercel/output/', files)
    return { files, folder: undefined }
  }
  const name = outputDirectory?.replace(/^\.?\/+|\/+$/g, '') ?? (await firstOf(folder))
  if (name === undefined || !(await kindOf(join(folder, name)))?.isDirectory) {
    const message = `No Output Directory named "${name ?? 'public'}" found after the Build completed. Configure the Output Directory in your Project Settings.`
    throw new OutputError('missing_output_directory', message)
  }
  await readFolder(join(folder, name), `${name}/`, files)
  const settings = await kindOf(join(folder, 'vercel.json'))
  if (settings) files.set('vercel.json', await readEntry(join(folder, 'vercel.json'), settings.mode))
  return { files, folder: `${name}/` }
}

async function firstOf(folder: string): Promise<string | undefined> {
  for (const name of usual) if ((await kindOf(join(folder, name)))?.isDirectory) return name
  return undefined
}
