import type { Call } from './endpoint.js'

/** Cuts the page that a request asks for out of a list. @returns it, and the header `Link` where there are others. */
export function pageOf<Item>(
  call: Call,
  items: readonly Item[],
): { readonly items: readonly Item[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30)))
  const page = Math.max(1, Number(call.query.get('page') ?? 1))
  const last = Math.max(1, Math.ceil(items.length / size))
  const links = [
    ...(page > 1 ? [linkTo(call, page - 1, 'prev')] : []),
    ...(page < last ? [linkTo(call, page + 1, 'next'), linkTo(call, last, 'last')] : []),
    ...(page > 1 ? [linkTo(call, 1, 'first')] : []),
  ]
  const headers: Record<string, string> = links.length > 0 ? { Link: links.join(', ') } : {}
  return { items: items.slice((page - 1) * size, page * size), headers }
}

function linkTo(call: Call, page: number, relation: string): string {
  const query = new URLSearchParams(call.query)
  query.set('page', String(page))
  return `<${call.urls().api}${new URL(call.request.url).pathname}?${query}>; rel="${relation}"`
}
