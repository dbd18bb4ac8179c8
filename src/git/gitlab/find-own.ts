import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import { madeBy } from '../push/trailer.js'
import { commitSchema, type GitlabApi } from './api.js'
import { pathOf } from './branches.js'

/** A commit of this very deployment. */
export interface OwnCommit {
  readonly oid: string
  readonly parent: string | null
  /** What it, and any earlier ones of the same deployment below it, were put on. */
  readonly ground: string | null
}

const commitsSchema = z.array(commitSchema)

/**
 * The last commit of a deployment that a branch holds, by its trailer. What is more than a page of commits away is not looked for.
 * @param head Where the branch is.
 */
export async function findOwn(
  api: GitlabApi,
  { fullName, deployment }: { readonly fullName: string; readonly deployment: string },
  head: string,
  context: Context,
): Promise<OwnCommit | undefined> {
  const path = `${pathOf(fullName)}/repository/commits?ref_name=${head}&per_page=50`
  const commits = await api.json(context, commitsSchema, { purpose: `read the commits up to ${head}`, path })
  const own = commits.filter(({ message, parent_ids }) => parent_ids.length < 2 && madeBy(deployment, message))
  const [last] = own
  if (!last) return undefined
  const parents = new Map(own.map(({ id, parent_ids: [parent = null] }) => [id, parent]))
  const parent = parents.get(last.id) ?? null
  let ground = parent
  while (ground !== null && parents.has(ground)) ground = parents.get(ground) ?? null
  return { oid: last.id, parent, ground }
}
