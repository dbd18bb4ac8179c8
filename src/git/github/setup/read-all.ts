import type { Schema } from '../../../spec/schema.js'
import type { Place } from './setting.js'

/** Items of one page; in all, where GitHub counts them. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly total?: number
}

const size = 100
/** More than any list of GitHub's that is read here may hold. */
const most = 20

/** Reads a list to its end. GitHub gives fewer than were asked for where its own limit is lower (30 variables). */
export async function readAll<Reply, Item>(
  { api, context }: Pick<Place, 'api' | 'context'>,
  request: { readonly purpose: string; readonly path: string },
  schema: Schema<Reply>,
  pageOf: (reply: Reply) => Page<Item>,
): Promise<Item[]> {
  const all: Item[] = []
  for (let page = 1; page <= most; page += 1) {
    const separator = request.path.includes('?') ? '&' : '?'
    const path = `${request.path}${separator}per_page=${size}&page=${page}`
    const { items, total } = pageOf(await api.json(context, schema, { ...request, path }))
    all.push(...items)
    if (items.length === 0 || (total === undefined ? items.length < size : all.length >= total)) break
  }
  return all
}
