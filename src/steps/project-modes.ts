import type { SourceFile } from '../artifacts/collect.js'
import { askFileModes, type FileFacts } from '../container/file-modes.js'
import type { FolderContent } from '../container/read-files.js'
import type { Artifact, ArtifactSet, ExcludedFile } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'

/** The files of a folder together with its links, and what makes a collection of them bear their modes. */
export interface ModedContent {
  readonly files: AsyncIterable<SourceFile>
  /** Complete only when `files` has ended. */
  readonly excluded: readonly ExcludedFile[]
  withModes(set: ArtifactSet): ArtifactSet
}

/** How what a system runs begins: `#!`, ELF, and Mach-O in either order of bytes, for one or more processors. */
const runnable = [
  [0x23, 0x21],
  [0x7f, 0x45, 0x4c, 0x46],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xfe, 0xed, 0xfa],
  [0xca, 0xfe, 0xba, 0xbe],
]
const scriptPath = /(?:^|\/)bin\/|\.sh$/
const mostNamed = 3

/**
 * Asks the container, once all files are read, which of them are executable and where links lead. Only of files that could be run: of
 * scripts and programs, and of what is called so. A folder without any, and without links, starts no process.
 */
export function askProjectModes(
  content: FolderContent,
  { container, folder }: { readonly container: Container; readonly folder: string },
  context: Context,
): ModedContent {
  const excluded: ExcludedFile[] = []
  const modes = new Map<string, FileFacts>()

  async function* read(): AsyncGenerator<SourceFile> {
    const programs: string[] = []
    for await (const file of content.files) {
      if (mayRun(file)) programs.push(file.path)
      yield file
    }
    const links = content.excluded.filter(({ reason }) => reason === 'symlink').map(({ path }) => path)
    const { facts, problem } = await askFileModes(container, folder, [...programs, ...links], context)
    if (problem !== null) reportUnknown(problem, programs, links, context)
    for (const path of programs) {
      const told = facts.get(path)
      if (told && told.mode !== '120000') modes.set(path.normalize('NFC'), told)
    }
    const resolved = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const path of links) {
      const told = facts.get(path)
      if (told?.mode === '120000') resolved.set(path, told.target)
    }
    reportAbsolute(resolved, context)
    excluded.push(...content.excluded.filter(({ path, reason }) => reason !== 'symlink' || !resolved.has(path)))
    for (const [path, bytes] of resolved) yield { path, mode: '120000', bytes }
  }

  const withMode = (artifact: Artifact): Artifact => {
    const told = artifact.mode === '120000' ? undefined : modes.get(artifact.path)
    if (told?.mode === '100755') return { ...artifact, mode: told.mode }
    return told?.mode === '100644' && told.wasExecutable ? { ...artifact, wasExecutable: true } : artifact
  }
  return {
    files: read(),
    excluded,
    withModes: (set) => (modes.size === 0 ? set : { ...set, artifacts: set.artifacts.map(withMode) }),
  }
}

function mayRun({ path, bytes }: SourceFile): boolean {
  return scriptPath.test(path) || runnable.some((start) => start.every((byte, index) => bytes[index] === byte))
}

function reportUnknown(
  problem: string,
  programs: readonly string[],
  links: readonly string[],
  context: Pick<Context, 'report'>,
): void {
  const asked = [
    ...(programs.length === 0 ? [] : [`whether they are executable (${named(programs)})`]),
    ...(links.length === 0 ? [] : [`where links lead (${named(links)})`]),
  ]
  context.report({
    type: 'warning',
    code: 'modes-unknown',
    message: `The container could not tell of all files ${asked.join(' and ')}: ${problem}.`,
    hint: 'What the branch has of these executable files and links stays. Node in the container can tell.',
  })
}

function reportAbsolute(links: ReadonlyMap<string, Uint8Array>, context: Pick<Context, 'report'>): void {
  const absolute = [...links].filter(([, target]) => target[0] === 0x2f).map(([path]) => path)
  if (absolute.length === 0) return
  context.report({
    type: 'warning',
    code: 'link-absolute',
    message: `Links to absolute paths are committed as they are, and lead elsewhere on another machine: ${named(absolute)}.`,
    hint: 'Let them lead to a relative path, or exclude them.',
  })
}

function named(paths: readonly string[]): string {
  const more = paths.length - mostNamed
  return `${paths.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
