/** What a path of a site leads to: a file of the deploy, or the path that the visitor is sent to instead. */
export type Found = { readonly file: string } | { readonly redirect: string }

const hidden = new Set(['_headers', '_redirects'])

/**
 * Finds what a path leads to, as Netlify does with "pretty URLs": `/about` serves `about.html`; `/about/` of the same file is
 * sent to `/about`; `/docs` of `docs/index.html` is sent to `/docs/`.
 *
 * @param path decoded, with its slash at the start.
 */
export function findFile(files: ReadonlyMap<string, string>, path: string): Found | undefined {
  const has = (name: string): boolean => files.has(name) && !hidden.has(name)
  const name = path.slice(1)
  if (name === '' || name.endsWith('/')) {
    const folder = name.slice(0, -1)
    if (folder !== '' && has(`${folder}.html`)) return { redirect: `/${folder}` }
    return has(`${name}index.html`) ? { file: `${name}index.html` } : undefined
  }
  if (has(name)) return { file: name }
  if (has(`${name}.html`)) return { file: `${name}.html` }
  return has(`${name}/index.html`) ? { redirect: `/${name}/` } : undefined
}
