import type { PackStore } from './pack-store.js'

/** Bytes that are handed over at once: more would hold up the page while they are copied. */
const pieceSize = 8 * 1024 * 1024

/**
 * Packs as files of the origin private file system, in a folder of its own below the root.
 *
 * All calls reject where the browser has no such file system or refuses it, and `write` where it has no `createWritable`
 * on the main thread, as in Safari before 26.
 */
export function opfsPacks(folder: string): PackStore {
  let opening: Promise<FileSystemDirectoryHandle> | undefined
  /** To find a file takes longer than to read some of it. */
  const files = new Map<string, Promise<File | undefined>>()

  async function open(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory()
    return root.getDirectoryHandle(folder, { create: true })
  }

  /** A user who clears the site's data takes the folder away below an open page: then it is opened anew. */
  async function inFolder<T>(work: (handle: FileSystemDirectoryHandle) => Promise<T>): Promise<T> {
    const before = opening
    try {
      opening ??= open()
      return await work(await opening)
    } catch (error) {
      opening = undefined
      if (!before || !isNotFound(error)) throw error
      return inFolder(work)
    }
  }

  function find(name: string): Promise<File | undefined> {
    return inFolder((handle) => orNotFound(handle.getFileHandle(name).then((found) => found.getFile())))
  }

  return {
    write: (name, bytes) =>
      inFolder(async (handle) => {
        const file = await handle.getFileHandle(name, { create: true })
        try {
          const writable = await file.createWritable()
          for (let start = 0; start < bytes.length; start += pieceSize) {
            await writable.write(bytes.subarray(start, start + pieceSize))
          }
          await writable.close() // only now do the bytes take the place of the empty file
        } catch (error) {
          await removeEntry(handle, name).catch(() => undefined) // the first failure says more; what is left is an orphan
          throw error
        }
      }),
    async read(name, start, end) {
      const slice = async (found: File | undefined) =>
        found && new Uint8Array(await found.slice(start, end).arrayBuffer())
      const known = files.get(name)
      try {
        if (known) return await slice(await known)
      } catch {
        // It was removed or changed since it was found: what there is now is what counts.
      }
      const finding = find(name)
      files.set(name, finding)
      try {
        return await slice(await finding)
      } catch (error) {
        files.delete(name)
        throw error
      }
    },
    remove(name) {
      files.delete(name)
      return inFolder((handle) => removeEntry(handle, name))
    },
    list: () =>
      inFolder(async (handle) => {
        const names: string[] = []
        for await (const name of handle.keys()) names.push(name)
        return { names, whole: true }
      }),
  }
}

async function removeEntry(handle: FileSystemDirectoryHandle, name: string): Promise<void> {
  await orNotFound(handle.removeEntry(name))
}

async function orNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}
