const names: ReadonlyMap<string, string> = new Map([
  ['dns', 'the DNS resolver'],
  ['github', 'GitHub'],
  ['github-pages', 'GitHub Pages'],
  ['gitlab', 'GitLab'],
  ['netlify', 'Netlify'],
  ['site', 'the site'],
  ['vercel', 'Vercel'],
])

/** A provider as people write it. */
export function nameOf(provider: string): string {
  return names.get(provider) ?? provider
}

/** The same at the beginning of a sentence. */
export function sentenceNameOf(provider: string): string {
  const name = nameOf(provider)
  return name.startsWith('the ') ? `The ${name.slice(4)}` : name
}
