import { pageLinks } from '../page-links.js'
import type { Call } from './endpoint.js'

/**
 * Cuts the page that a request asks for out of a list: 30 unless told otherwise, and never more than GitHub's limit, to which a
 * larger `per_page` is taken down without a word.
 *
 * @param sizes GitHub's limit for one page of that list, and what it takes where nobody says
 * @returns it, and the header `Link` where there are others
 */
export function pageOf<Item>(
  call: Call,
  items: readonly Item[],
  sizes: PageSizes = {},
): { readonly items: readonly Item[]; readonly headers: Readonly<Record<string, string>> } {
  const { size, page } = pagingOf(call, sizes)
  const last = Math.max(1, Math.ceil(items.length / size))
  return { items: items.slice((page - 1) * size, page * size), headers: linksOf(call, { page, last }) }
}

/** How long pages are. */
export interface PageSizes {
  /** @default 100 */
  readonly most?: number
  /** @default 30 */
  readonly usual?: number
}

/** Which page a request asks for. */
export function pagingOf(
  { query }: Call,
  { most = 100, usual = 30 }: PageSizes = {},
): { readonly size: number; readonly page: number } {
  return {
    size: Math.min(most, Math.max(1, Number(query.get('per_page') ?? usual))),
    page: Math.max(1, Number(query.get('page') ?? 1)),
  }
}

/** The header `Link`, in GitHub's order: previous, next, last, first ("Using pagination in the REST API"). */
export function linksOf(
  call: Call,
  { page, last }: { readonly page: number; readonly last: number },
): Record<string, string> {
  const address = `${call.urls().api}${new URL(call.request.url).pathname}?${call.query}`
  const links = pageLinks(address, {
    ...(page > 1 && { prev: Math.min(page - 1, last) }),
    ...(page < last && { next: page + 1, last }),
    ...(page > 1 && { first: 1 }),
  })
  return links === undefined ? {} : { Link: links }
}
