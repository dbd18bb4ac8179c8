/** The promise-based part of `node:fs` that isomorphic-git asks for, kept in memory for the length of one push. */
export interface MemoryFileSystem {
  readonly promises: {
    readFile(path: string, options?: string | { encoding?: string }): Promise<Uint8Array | string>
    writeFile(path: string, content: Uint8Array | string): Promise<void>
    unlink(path: string): Promise<void>
    readdir(path: string): Promise<string[]>
    mkdir(path: string): Promise<void>
    rmdir(path: string): Promise<void>
    stat(path: string): Promise<Stats>
    lstat(path: string): Promise<Stats>
    readlink(path: string): Promise<never>
    symlink(target: string, path: string): Promise<never>
  }
}

interface Stats {
  readonly size: number
  readonly mode: number
  readonly mtimeMs: number
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

type Folder = Map<string, Folder | Uint8Array>

/** @returns an empty file system. Errors carry Node's codes, by which isomorphic-git tells absence from failure. */
export function createMemoryFileSystem(): MemoryFileSystem {
  const root: Folder = new Map()
  const segments = (path: string) => path.split('/').filter((segment) => segment !== '' && segment !== '.')

  function get(path: string): Folder | Uint8Array {
    let node: Folder | Uint8Array = root
    for (const segment of segments(path)) {
      const next: Folder | Uint8Array | undefined = node instanceof Map ? node.get(segment) : undefined
      if (next === undefined) throw failure('ENOENT', path)
      node = next
    }
    return node
  }

  function parent(path: string): { folder: Folder; name: string } {
    const parts = segments(path)
    const name = parts.pop() ?? ''
    const folder = get(parts.join('/'))
    if (!(folder instanceof Map)) throw failure('ENOTDIR', path)
    return { folder, name }
  }

  async function stat(path: string): Promise<Stats> {
    const node = get(path)
    const folder = node instanceof Map
    return {
      size: folder ? 0 : node.byteLength,
      mode: folder ? 0o40000 : 0o100644,
      mtimeMs: 0,
      isFile: () => !folder,
      isDirectory: () => folder,
      isSymbolicLink: () => false,
    }
  }

  return {
    promises: {
      async readFile(path, options) {
        const node = get(path)
        if (node instanceof Map) throw failure('EISDIR', path)
        const encoding = typeof options === 'string' ? options : options?.encoding
        return encoding === undefined ? node : new TextDecoder().decode(node)
      },
      async writeFile(path, content) {
        const { folder, name } = parent(path)
        folder.set(name, typeof content === 'string' ? new TextEncoder().encode(content) : content)
      },
      async unlink(path) {
        const { folder, name } = parent(path)
        if (!folder.delete(name)) throw failure('ENOENT', path)
      },
      async readdir(path) {
        const node = get(path)
        if (!(node instanceof Map)) throw failure('ENOTDIR', path)
        return [...node.keys()]
      },
      async mkdir(path) {
        const { folder, name } = parent(path)
        if (folder.has(name)) throw failure('EEXIST', path)
        folder.set(name, new Map())
      },
      async rmdir(path) {
        const { folder, name } = parent(path)
        folder.delete(name)
      },
      stat,
      lstat: stat,
      readlink: async (path) => {
        throw failure('EINVAL', path)
      },
      symlink: async (_target, path) => {
        throw failure('ENOSYS', path)
      },
    },
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
