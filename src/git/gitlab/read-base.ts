import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Base } from '../push/base.js'
import { type TreeFile, writeTrees } from '../push/trees.js'
import { commitSchema, type GitlabApi } from './api.js'
import { pathOf } from './branches.js'

/** Entries of a tree, as far as files are concerned. */
const entriesSchema = z.array(z.object({ id: z.string(), type: z.string(), path: z.string(), mode: z.string() }))

/** A commit with its files, by the API: a request for every hundred files and folders. */
export async function readBase(api: GitlabApi, fullName: string, oid: string, context: Context): Promise<Base> {
  const repository = `${pathOf(fullName)}/repository`
  const purpose = `read the commit ${oid}`
  const commit = await api.json(context, commitSchema, { purpose, path: `${repository}/commits/${oid}` })
  const query = `ref=${oid}&recursive=true&per_page=100&pagination=keyset`
  const request = { purpose: `read the files of ${oid}`, path: `${repository}/tree?${query}` }
  const files = new Map<string, TreeFile>()
  for await (const { type, path, mode, id } of api.pages(context, entriesSchema, request))
    if (type !== 'tree') files.set(path, { mode, oid: id })
  const { parent_ids: parents, message, author_email: author } = commit
  return { oid, parents, message, author, files, ...(await writeTrees(files)) }
}
