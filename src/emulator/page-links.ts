/** Which pages a list has beside the one that was asked for; `undefined`: none that is told of. */
export type OtherPages = Readonly<Partial<Record<'first' | 'prev' | 'next' | 'last', number | undefined>>>

/**
 * Writes the value of the header `Link` of a list, in the order of `pages`: each provider has its own.
 *
 * @param address that of the page that was asked for
 * @returns `undefined` where there is no other page
 */
export function pageLinks(address: string, pages: OtherPages): string | undefined {
  const links = Object.entries(pages).flatMap(([relation, page]) => {
    if (page === undefined) return []
    const url = new URL(address)
    url.searchParams.set('page', String(page))
    return `<${url.href}>; rel="${relation}"`
  })
  return links.length > 0 ? links.join(', ') : undefined
}
