import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'

/** An object of git. */
export interface LooseObject {
  readonly type: string
  readonly bytes: Buffer
}

/** A line of a tree. */
export interface LooseEntry {
  readonly mode: string
  readonly name: string
  readonly sha: string
}

const unpack = promisify(inflate)

/**
 * Reads an object that is a file of its own, as what small pushes bring is (gitrepository-layout(5)).
 *
 * @returns `undefined` where it is in a pack, or not there: git can tell.
 */
export async function readLooseObject(repository: string, sha: string): Promise<LooseObject | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined
  let packed: Buffer
  try {
    packed = await readFile(join(repository, 'objects', sha.slice(0, 2), sha.slice(2)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
  const whole = await unpack(packed)
  const end = whole.indexOf(0)
  const [type = ''] = whole.toString('latin1', 0, end).split(' ')
  return { type, bytes: whole.subarray(end + 1) }
}

/** Reads the tree that an id names, or that of the commit that it names. @returns `undefined` where only git can. */
export async function readLooseTree(repository: string, sha: string): Promise<LooseEntry[] | undefined> {
  const found = await readLooseObject(repository, sha)
  if (found?.type === 'commit') return readLooseTree(repository, found.bytes.toString('latin1', 5, 45))
  return found?.type === 'tree' ? [...entriesOf(found.bytes)] : undefined
}

/** The names of what is in a folder of a commit or tree; none where it is not there. @returns `undefined` where only git can tell. */
export async function listLooseFolder(
  repository: string,
  sha: string,
  [next, ...below]: readonly string[],
): Promise<string[] | undefined> {
  const entries = await readLooseTree(repository, sha)
  if (next === undefined || !entries) return entries?.map(({ name }) => name)
  const found = entries.find(({ name, mode }) => name === next && mode === '040000')
  return found ? listLooseFolder(repository, found.sha, below) : []
}

function* entriesOf(bytes: Buffer): Generator<LooseEntry> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at)
    const end = bytes.indexOf(0, space)
    const mode = bytes.toString('latin1', at, space).padStart(6, '0')
    yield { mode, name: bytes.toString('utf8', space + 1, end), sha: bytes.toString('hex', end + 1, end + 21) }
    at = end + 21
  }
}
