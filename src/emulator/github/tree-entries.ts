import { treeTooLarge } from './data-limits.js'
import type { Call } from './endpoint.js'
import { GithubProblem } from './problem.js'
import type { EmulatedRepository } from './repositories.js'
import { objectTypes, type TreeChange, writeBlobs } from './write-git.js'

/** One entry of `POST git/trees`, as the contract lets it come. */
interface Entry {
  readonly path?: string
  readonly mode?: string
  readonly type?: 'blob' | 'tree' | 'commit'
  readonly sha?: string | null
  readonly content?: string
}

const types: Readonly<Record<string, string>> = { '040000': 'tree', '160000': 'commit' }

/**
 * Checks the entries of a tree in GitHub's own words, and writes the contents that came with them.
 *
 * @throws GithubProblem 422, and 502 where so many are too much
 */
export async function readEntries(call: Call, repository: EmulatedRepository): Promise<TreeChange[]> {
  const entries = call.body.tree as readonly Entry[]
  if (entries.length === 0) throw new GithubProblem(422, 'Invalid tree info')
  const { treeEntries, treeBytes, treeRefusal } = call.limits
  const bytes = entries.reduce((sum, { content = '' }) => sum + Buffer.byteLength(content), 0)
  if (entries.length > treeEntries || bytes > treeBytes) {
    throw new GithubProblem(treeRefusal, treeRefusal === 422 ? treeTooLarge : 'Server Error')
  }
  for (const entry of entries) checkEntry(entry)
  await checkObjects(call, repository, entries)
  const contents = entries.flatMap(({ content }) => (content === undefined ? [] : [Buffer.from(content)]))
  const written = (await writeBlobs(call.git, repository, contents)).values()
  return entries.map(({ path = '', mode = '', sha = null, content }) => {
    return { path, mode, sha: content === undefined ? sha : (written.next().value ?? null) }
  })
}

/** Says what is wrong with a path: an empty name, one that means something to a file system, or git's own folder. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith('/')) return 'cannot start with a slash'
  const malformed = path.split('/').some((name) => /^(?:\.{0,2}|\.git|git~1)$/i.test(name) || name.includes('\0'))
  return malformed ? 'contains a malformed path component' : undefined
}

function checkEntry({ path = '', mode, type, sha, content }: Entry): void {
  const problem = pathProblem(path)
  if (problem) throw new GithubProblem(422, `tree.path ${problem}`)
  if (mode === undefined) throw new GithubProblem(422, 'Must supply a valid tree.mode')
  if ((sha === undefined) === (content === undefined)) {
    const message = 'Must supply either tree.sha or tree.content. Request will be rejected if both are present.'
    throw new GithubProblem(422, message)
  }
  const expected = types[mode] ?? 'blob'
  if (content !== undefined && expected === 'tree') throw new GithubProblem(422, 'A subdirectory may not have content')
  if (type !== undefined && type !== expected) throw new GithubProblem(422, 'GitRPC::BadObjectState')
}

async function checkObjects(call: Call, repository: EmulatedRepository, entries: readonly Entry[]): Promise<void> {
  const named = entries.flatMap(({ sha, mode = '' }) => {
    const type = types[mode] ?? 'blob'
    // The commit of a submodule is in another repository.
    return typeof sha === 'string' && type !== 'commit' ? [{ sha, type }] : []
  })
  const malformed = named.find(({ sha }) => !/^[0-9a-f]{40}$/.test(sha))
  if (malformed) {
    throw new GithubProblem(422, 'The tree.sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  }
  const found = await objectTypes(
    call.git,
    repository,
    named.map(({ sha }) => sha),
  )
  const wrong = named.find(({ type }, index) => found[index] !== type)
  if (wrong) throw new GithubProblem(422, `tree.sha ${wrong.sha} is not a valid ${wrong.type}`)
}
