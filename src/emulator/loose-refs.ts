import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The refs below a prefix as they lie on disk, by name and in its order (gitrepository-layout(5)): a process of git for each look at
 * them would cost a hundred times as much.
 *
 * @param prefix a folder such as `refs/heads`
 * @returns `undefined` where only git can tell.
 */
export async function listLooseRefs(repository: string, prefix: string): Promise<Map<string, string> | undefined> {
  const names = await namesBelow(repository, prefix)
  const loose = await Promise.all(names.map((name) => readId(repository, name)))
  // Packed ones last: a ref that is packed meanwhile is in one place or the other.
  const found = await readPacked(repository)
  if (!found) return undefined
  for (const [index, id] of loose.entries()) {
    if (id === undefined) return undefined
    if (id !== null) found.set(names[index] ?? '', id)
  }
  return new Map(
    [...found].filter(([name]) => name.startsWith(`${prefix}/`)).sort(([one], [other]) => compare(one, other)),
  )
}

/**
 * The object that a full ref names, as it lies on disk.
 *
 * @returns `null` where there is none of that name, `undefined` where only git can tell.
 */
export async function findLooseRef(repository: string, ref: string): Promise<string | null | undefined> {
  if (!/^refs(?:\/[\w-]+(?:\.[\w-]+)*)+$/.test(ref) || /\.lock(?:\/|$)/.test(ref)) return undefined
  const id = await readId(repository, ref)
  if (id !== null) return id
  const packed = await readPacked(repository)
  return packed && (packed.get(ref) ?? null)
}

async function namesBelow(repository: string, folder: string): Promise<string[]> {
  const entries = await orNull(readdir(join(repository, folder), { withFileTypes: true }))
  const names = await Promise.all(
    (entries ?? []).map((entry) => {
      const name = `${folder}/${entry.name}`
      if (entry.isDirectory()) return namesBelow(repository, name)
      return entry.name.endsWith('.lock') ? [] : [name]
    }),
  )
  return names.flat()
}

/** `undefined`: a symbolic ref, or something else that git knows better; `null`: nothing. */
async function readId(repository: string, ref: string): Promise<string | null | undefined> {
  const text = await orNull(readFile(join(repository, ref), 'utf8'))
  return text === null ? null : /^([0-9a-f]{40})\n$/.exec(text)?.[1]
}

async function readPacked(repository: string): Promise<Map<string, string> | undefined> {
  const text = await orNull(readFile(join(repository, 'packed-refs'), 'utf8'))
  const refs = new Map<string, string>()
  for (const line of (text ?? '').split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('^')) continue
    const [, id, ref] = /^([0-9a-f]{40}) (refs\/.+)$/.exec(line) ?? []
    if (!id || !ref) return undefined
    refs.set(ref, id)
  }
  return refs
}

async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return null
  }
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
