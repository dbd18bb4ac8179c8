import { encodePath } from './project-files.js'

/** A file of the build that is not served as it was built. */
export interface Difference {
  readonly path: string
  readonly reason: string
}

/** Files that tell Netlify how to serve the others; it serves them to nobody. */
const instructions = new Set(['_redirects', '_headers'])

/** The files of a build that visitors can fetch. */
export function servedFiles(built: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map([...built].filter(([path]) => !instructions.has(path)))
}

/** Fetches every file and compares its bytes. */
export async function compareSite(
  url: string,
  files: ReadonlyMap<string, Uint8Array>,
  fetch: typeof globalThis.fetch,
): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const [path, expected] of files) {
    const response = await fetch(new URL(encodePath(path), url))
    const served = new Uint8Array(await response.arrayBuffer())
    if (!response.ok) differences.push({ path, reason: `status ${response.status}` })
    else if (Buffer.compare(expected, served) !== 0) {
      differences.push({
        path,
        reason: `${served.length} bytes that differ from the ${expected.length} that were built`,
      })
    }
  }
  return differences
}

/** Files of the project that the build must have copied as they are: by ending, whatever name the build gave them. */
export function missingAssets(
  project: ReadonlyMap<string, Uint8Array>,
  built: ReadonlyMap<string, Uint8Array>,
  ending: RegExp,
): string[] {
  const outputs = [...built.values()]
  const assets = [...project].filter(([path]) => ending.test(path))
  return assets
    .filter(([, bytes]) => !outputs.some((output) => Buffer.compare(bytes, output) === 0))
    .map(([path]) => path)
}
