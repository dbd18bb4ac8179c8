import { RequestError } from '../../errors/request-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { CommitRemote } from './commit-remote.js'
import type { ComposedCommit } from './compose-commit.js'
import { objectId } from './git-objects.js'
import { createHttpClient, type GitConnection } from './http-client.js'
import { loadIsomorphicGit } from './load-isomorphic-git.js'
import { type PackObject, writePack } from './pack.js'
import { fetchBase } from './partial-fetch.js'
import { sendPack } from './receive-pack.js'

/** A branch of a repository that is reached by git over HTTP. */
export interface PackRemoteOptions extends Pick<CommitRemote, 'holds' | 'place'> {
  /** Address of the repository, ending in `.git`. */
  readonly url: string
  readonly branch: string
  readonly connection: GitConnection
}

/**
 * Puts commits on a branch by git's own protocol: isomorphic-git asks for refs and unpacks what is fetched, and the push packs
 * straight from the artifacts, only what the parent does not hold.
 */
export function packRemote({ url, branch, connection, ...rest }: PackRemoteOptions, context: Context): CommitRemote {
  const ref = `refs/heads/${branch}`
  return {
    ...rest,
    provider: connection.provider,
    async head() {
      const git = await loadIsomorphicGit()
      const http = createHttpClient(connection, context)
      // What a push would meet, and the right to push, are asked at once.
      const list = () => git.listServerRefs({ http, url, forPush: true, protocolVersion: 1, prefix: ref })
      const refs = await onceFound(list, context)
      return refs.find((one) => one.ref === ref)?.oid ?? null
    },
    read: (oid) => fetchBase(url, oid, connection, context),
    async send(commit, from) {
      const count = 1 + commit.newTrees.length + commit.blobs.length
      const pack = await writePack(objectsOf(commit, context), count)
      await sendPack(url, { ref, from, to: commit.oid }, pack, connection, context)
      return commit.oid
    },
  }
}

/** Milliseconds for which a host may still not find by git what its API has just told of. */
const lateness = 15_000

/** Asks again while the repository is not found: its host has made it a moment ago, and its API has told that it is there. */
async function onceFound<Value>(list: () => Promise<Value>, { clock, signal }: Context): Promise<Value> {
  const end = clock.now() + lateness
  for (;;) {
    try {
      return await list()
    } catch (error) {
      const isMissing = error instanceof RequestError && error.details.status === 404
      if (!isMissing || clock.now() >= end) throw error
    }
    await clock.sleep(1_000, signal)
  }
}

async function* objectsOf(commit: ComposedCommit, context: Context): AsyncGenerator<PackObject> {
  yield { type: 'commit', bytes: commit.bytes }
  for (const oid of commit.newTrees) {
    const bytes = commit.trees.get(oid)
    if (bytes) yield { type: 'tree', bytes }
  }
  let done = 0
  for (const blob of commit.blobs) {
    context.signal.throwIfAborted()
    yield { type: 'blob', bytes: await bytesOf(blob) }
    done += 1
    context.progress(done, commit.blobs.length, 'files')
  }
}

/** The bytes of a blob. @throws TypeError where they are not those that its id was made from. */
export async function bytesOf(artifact: Artifact): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await artifact.read()
  if ((await objectId('blob', bytes)) !== artifact.oid)
    throw new TypeError(`the bytes of ${artifact.path} are not those that its id was made from`)
  return bytes
}
