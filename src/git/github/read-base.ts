import * as z from 'zod/mini'
import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import { type Base, baseOf } from '../push/base.js'
import type { TreeFile } from '../push/trees.js'
import type { GithubApi } from './api.js'

const commitSchema = z.object({
  message: z.string(),
  author: z.object({ email: z.string() }),
  tree: z.object({ sha: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
})

const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
})

/**
 * A commit with its files, by the API. GitHub gives all trees at once up to 100,000 entries or 7 MB (GitHub Docs, "Get a tree");
 * beyond that, they are asked for one by one.
 * @returns `undefined` where there is no such commit.
 * @throws RequestError `tree-unreadable`
 */
export async function readBase(
  api: GithubApi,
  fullName: string,
  oid: string,
  context: Context,
): Promise<Base | undefined> {
  const place = `/repos/${fullName}/git`
  const purpose = `read the commit ${oid} of ${fullName}`
  const accept = [404, 409]
  const answer = await api.ask(context, commitSchema, { purpose, path: `${place}/commits/${oid}`, accept })
  if (!('value' in answer)) return undefined
  const { message, author, tree, parents } = answer.value
  const files = new Map<string, TreeFile>()

  async function read(sha: string, prefix: string, deep: boolean): Promise<void> {
    const request = { purpose: `read the files of ${oid}`, path: `${place}/trees/${sha}${deep ? '?recursive=1' : ''}` }
    const { truncated, tree: entries } = await api.json(context, treeSchema, request)
    if (truncated && deep) return read(sha, prefix, false)
    if (truncated) throw unreadable(oid)
    for (const { path, mode, type, sha: id } of entries) {
      if (type !== 'tree') files.set(prefix + path, { mode, oid: id })
      else if (!deep) await read(id, `${prefix}${path}/`, true)
    }
  }

  await read(tree.sha, '', true)
  const facts = { oid, parents: parents.map(({ sha }) => sha), message, author: author.email, files }
  const base = await baseOf(facts, tree.sha)
  if (base === undefined) throw unreadable(oid)
  return base
}

function unreadable(oid: string): RequestError {
  return new RequestError({
    code: 'tree-unreadable',
    message: `The files of the commit ${oid} could not be read whole from GitHub's API.`,
    hint: 'A folder may hold too many files, or a name that is not UTF-8. Set the option relay: git itself has no such limit.',
    details: { oid },
  })
}
