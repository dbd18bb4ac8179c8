import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import { closed } from '../../toolkit/parse-reply.js'
import { type Base, baseOf } from './base.js'
import { checkGit, type GitConnection, packTimeLimit } from './http-client.js'
import { loadIsomorphicGit } from './load-isomorphic-git.js'
import { createMemoryFileSystem } from './memory-file-system.js'
import { delimiterPacket, flushPacket, joined, packetsOf, pktLine, readSideBands, textOf } from './pkt-line.js'
import { readTrees } from './trees.js'

/**
 * Reads a commit and its trees, without the content of any file (gitprotocol-v2, `fetch` with `filter`; git-rev-list,
 * "--filter=blob:none"): of ten thousand files that is a quarter of a megabyte. isomorphic-git, which has no partial clone, unpacks it.
 * @param url Address of the repository, ending in `.git`.
 * @returns `undefined` where the server has no such commit, or not any more.
 * @throws RequestError `fetch-refused` where the server does not serve partial clones or says why not; `tree-unreadable`.
 */
export async function fetchBase(
  url: string,
  oid: string,
  connection: GitConnection,
  context: Context,
): Promise<Base | undefined> {
  const lines = ['no-progress', 'ofs-delta', 'deepen 1', 'filter blob:none', `want ${oid}`, 'done']
  const reply = await context.request({
    ...connection,
    purpose: 'read the repository',
    method: 'POST',
    url: `${url}/git-upload-pack`,
    headers: {
      accept: 'application/x-git-upload-pack-result',
      'content-type': 'application/x-git-upload-pack-request',
      'git-protocol': 'version=2',
    },
    body: joined([
      pktLine('command=fetch\n'),
      delimiterPacket,
      ...lines.map((line) => pktLine(`${line}\n`)),
      flushPacket,
    ]),
    idempotent: true,
    timeLimit: packTimeLimit,
    check: (reply) => checkGit(reply, connection.provider),
  })
  const packets = [...packetsOf(reply.bytes)]
  const start = packets.findIndex((packet) => packet !== null && textOf(packet) === 'packfile')
  if (start < 0) {
    const said = packets.flatMap((packet) => packet ?? []).map(textOf)
    const problem = said.find((line) => line.startsWith('ERR ')) ?? said.join(' ')
    if (/not our ref|no such remote ref/i.test(problem)) return undefined
    throw refused(problem.replace(/^ERR /, ''))
  }
  const { data, fatal } = readSideBands(packets.slice(start + 1))
  if (fatal !== undefined) throw refused(fatal)
  return unpack(data, oid)
}

async function unpack(pack: Uint8Array, oid: string): Promise<Base> {
  const git = await loadIsomorphicGit()
  const repository = { fs: createMemoryFileSystem(), dir: '/', gitdir: '/.git', cache: {} }
  await git.init(repository)
  const filepath = '.git/objects/pack/fetched.pack'
  await repository.fs.promises.writeFile(`/${filepath}`, pack)
  await git.indexPack({ ...repository, filepath })
  const { commit } = await git.readCommit({ ...repository, oid })
  const read = async (tree: string) => {
    const found = await git.readObject({ ...repository, oid: tree, format: 'content' })
    if (found.format !== 'content') throw new TypeError(`the tree ${tree} came as ${found.format}`)
    return found.object
  }
  const files = await readTrees(commit.tree, read).catch((cause: unknown) => {
    throw unreadable(oid, cause)
  })
  const { parent: parents, message, author } = commit
  const base = await baseOf({ oid, parents, message, author: author.email, files }, commit.tree)
  if (base === undefined) throw unreadable(oid, undefined)
  return base
}

function refused(said: string): RequestError {
  return new RequestError({
    code: 'fetch-refused',
    message: `The repository refused to be read: ${closed(said)}`,
    hint: 'The server must serve partial clones (uploadpack.allowFilter) over version 2 of git’s protocol, as GitHub and GitLab do.',
    details: { said },
  })
}

function unreadable(oid: string, cause: unknown): RequestError {
  return new RequestError({
    code: 'tree-unreadable',
    message: `The commit ${oid} holds a file whose name or mode could not be written again as it is.`,
    hint: 'Rename files whose names are not UTF-8, with git on a computer, and deploy again. Nothing was changed.',
    details: { oid },
    cause,
  })
}
