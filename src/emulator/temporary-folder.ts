import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that goes with this process at the latest. */
export interface TemporaryFolder {
  readonly path: string
  /** Removes it with all that is in it. */
  remove(): Promise<void>
}

const folders = new Set<string>()
let isWatching = false

/** Makes an empty folder. Where nobody removes it, it is removed when the process exits by itself or by `process.exit()`. */
export async function createTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  if (!isWatching) process.once('exit', removeAll)
  isWatching = true
  const path = await mkdtemp(join(tmpdir(), prefix))
  folders.add(path)
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 5 })
      folders.delete(path)
    },
  }
}

function removeAll(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
}
