import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Project } from '@netlify/build-info'
import { NodeFS } from '@netlify/build-info/node'
import { frameworkList } from '@vercel/frameworks'
import { detectFramework, detectFrameworkRecord, LocalFileSystemDetector, packageManagers } from '@vercel/fs-detectors'
import { type Files, textOf } from './memory.js'

/** What is compared; `null` where the oracle gives no answer. */
export interface Answer {
  readonly framework: string | null
  readonly build: string | null
  readonly output: string | null
  readonly manager: string | null
}

/** Runs `use` with the files in a folder of their own. */
export async function withFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tabship-project-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), textOf(content))
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Reads where the project is; the class itself reads relative names where the process runs. */
class FolderFS extends NodeFS {
  override readFile(path: string): Promise<string> {
    return super.readFile(resolve(this.cwd, path))
  }
}

/** What Netlify would propose for the folder. */
export async function askNetlify(folder: string): Promise<Answer> {
  const project = new Project(new FolderFS(), folder, folder).setEnvironment({}).setNodeVersion(process.version)
  project.setReportFn((error) => {
    throw error
  })
  const [settings] = await project.getBuildSettings()
  return {
    framework: settings?.framework.id ?? null,
    build: settings?.buildCommand ?? null,
    output: settings?.dist.replace(/\/$/, '') ?? null,
    manager: project.packageManager?.name ?? null,
  }
}

/** What Vercel would propose for the folder. Its build command is the tool's own, which the build script stands for. */
export async function askVercel(folder: string): Promise<Answer> {
  const fs = new LocalFileSystemDetector(folder)
  const record = await detectFrameworkRecord({ fs, frameworkList })
  const manager = await detectFramework({ fs, frameworkList: packageManagers })
  const output = record?.settings.outputDirectory
  return {
    framework: record?.slug ?? null,
    build: record?.settings.buildCommand.value ?? null,
    output: output && 'value' in output ? (output.value ?? null) : null,
    manager,
  }
}
