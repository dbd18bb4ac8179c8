import type { HostFiles, RulesFile } from '../spec/rules.js'
import { readNetlifyToml, type Toml } from './netlify-toml.js'
import { refuse } from './read-output-rules.js'
import { readVercelJson } from './vercel-json.js'

/**
 * Reads the configuration files of hosts in the project's folder.
 * @throws OptionsError `rules-invalid` that names file and lines
 */
export function readHostFiles(texts: Readonly<Partial<Record<RulesFile, string>>>, toml: Toml): HostFiles {
  const { 'netlify.toml': netlifyText, 'vercel.json': vercelText } = texts
  const netlify = netlifyText === undefined ? undefined : readNetlifyToml(netlifyText, toml)
  refuse('netlify.toml', netlify?.mistakes ?? [])
  const vercel = vercelText === undefined ? undefined : readVercelJson(vercelText)
  refuse('vercel.json', vercel?.mistakes ?? [])
  return {
    netlify: netlify?.rules ?? null,
    vercel: vercel?.rules ?? null,
    warnings: [...(netlify?.warnings ?? []), ...(vercel?.warnings ?? [])],
  }
}
