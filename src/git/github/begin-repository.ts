import * as z from 'zod/mini'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Person } from '../../spec/git-host.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { bytesOf } from '../push/pack-remote.js'
import { madeBy, withTrailer } from '../push/trailer.js'
import { toBase64 } from '../text-or-base64.js'
import { commitSchema, type GithubApi } from './api.js'
import { commitRefused, saidIn } from './api-refusals.js'
import { readHead } from './repository.js'

/** What the first commit of a repository is made of. */
export interface RepositoryBeginning {
  readonly fullName: string
  readonly branch: string
  /** Id of the deployment, which goes into the commit. */
  readonly deployment: string
  /** The files of the commit that is to come: the smallest of them goes ahead. */
  readonly artifacts: readonly Artifact[]
  readonly author: Person
  /** Milliseconds since the epoch. */
  readonly date: number
}

/** `began`: the branch is at a commit of this deployment. `moved`: it is at somebody else's. */
export interface RepositoryBegun {
  readonly result: 'began' | 'moved'
  readonly oid: string
}

const fileCommitSchema = z.object({ commit: z.object({ sha: z.string() }) })
/** Bytes of the largest file that goes ahead. */
const mostBytes = 1_000_000

/**
 * Gives an empty repository its first commit, with one file: GitHub takes git objects only for a repository that has one. The
 * commit that was to be made goes on top of it. Where a commit is there already, by an earlier run too, nothing is done.
 *
 * @throws AuthError `token-forbidden`; RequestError `push-refused`
 */
export async function beginRepository(
  api: GithubApi,
  beginning: RepositoryBeginning,
  context: Context,
): Promise<RepositoryBegun> {
  const { fullName, branch, deployment } = beginning
  const purpose = `make the first commit of ${fullName}`
  const find = async (): Promise<RepositoryBegun | undefined> => {
    const oid = await readHead(api, fullName, branch, context)
    if (oid === null) return undefined
    const path = `/repos/${fullName}/commits/${oid}`
    const { commit } = await api.json(context, commitSchema, { purpose: `read the commit ${oid}`, path })
    return { result: madeBy(deployment, commit.message) ? 'began' : 'moved', oid }
  }
  const create = () => putFirstFile(api, beginning, purpose, find, context)
  return (await createOrAdopt<RepositoryBegun>({ context, provider: 'github', purpose, create, find })).made
}

async function putFirstFile(
  api: GithubApi,
  beginning: RepositoryBeginning,
  purpose: string,
  find: () => Promise<RepositoryBegun | undefined>,
  context: Context,
): Promise<RepositoryBegun> {
  const { fullName, branch, deployment, author, date } = beginning
  const artifact = smallest(beginning.artifacts)
  const path = artifact?.path ?? '.gitkeep'
  const bytes = artifact ? await bytesOf(artifact) : new Uint8Array()
  const person = { ...author, date: new Date(date).toISOString().replace(/\.\d+Z$/, 'Z') }
  const message = withTrailer(`Begin with ${path}`, deployment)
  const json = { message, content: toBase64(bytes), branch, author: person, committer: person }
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const answer = await api.ask(context, fileCommitSchema, {
    ...{ purpose, method: 'PUT', path: `/repos/${fullName}/contents/${encoded}`, json, patient: true },
    // Sent twice it would want to replace the file that it made.
    ...{ accept: [404, 409, 422], idempotent: false },
  })
  if ('value' in answer) return { result: 'began', oid: answer.value.commit.sha }
  const found = await find()
  if (found) return found
  throw commitRefused(answer.other.status, saidIn(answer.other, purpose), { fullName, paths: [path] })
}

/** The smallest plain file, which any token that may write at all may write. */
function smallest(artifacts: readonly Artifact[]): Artifact | undefined {
  const plain = artifacts.filter(({ path, mode, size }) => {
    return mode === '100644' && size <= mostBytes && !path.startsWith('.github/')
  })
  return plain.reduce<Artifact | undefined>((best, one) => (best && best.size <= one.size ? best : one), undefined)
}
