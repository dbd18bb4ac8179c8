import * as z from 'zod/mini'
import type { Artifact, ArtifactSet } from '../../spec/artifact.js'
import type { HostRules } from '../../spec/rules.js'
import { fileModes } from './file-modes.js'
import type { DigestFile, InlineFile } from './output-config.js'
import { outputFolder } from './output-folder.js'
import type { OutputConfig } from './rule-routes.js'

/** What a Build Output tree's `config.json` says, as far as it is looked at. */
const configSchema = z.looseObject({
  routes: z.optional(
    z.array(
      z.looseObject({
        src: z.optional(z.string()),
        dest: z.optional(z.string()),
        status: z.optional(z.number()),
        handle: z.optional(z.string()),
        continue: z.optional(z.boolean()),
      }),
    ),
  ),
  overrides: z.optional(z.record(z.string(), z.looseObject({ path: z.optional(z.string()) }))),
})

const staticFolder = `${outputFolder}/static/`
const functionsFolder = `${outputFolder}/functions/`
/** Other hosts' rules, which Vercel serves as files, or not at all. */
const rules = new Set(['_headers', '_redirects', 'netlify.toml'])

/** The files of a Build Output tree as a deployment names them; rules are put into its configuration, which goes along inline then. */
export async function builtFiles(
  artifacts: readonly Artifact[],
  rules?: HostRules,
): Promise<(InlineFile | (DigestFile & { readonly mode: number }))[]> {
  const files = artifacts.map(({ path, sha1, size, mode }) => ({ file: path, sha: sha1, size, mode: fileModes[mode] }))
  if (!rules) return files
  const config = await readConfig(artifacts)
  const { withRules } = await import('./rule-routes.js')
  const served = await servedFiles(artifacts)
  const changed = await withRules({ ...config, version: 3 } as OutputConfig, rules, served)
  const data = JSON.stringify(changed)
  if (data === JSON.stringify({ ...config, version: 3 })) return files
  const inline: InlineFile = { file: `${outputFolder}/config.json`, data, encoding: 'utf-8' }
  return [inline, ...files.filter(({ file }) => file !== inline.file)]
}

/** The static files of a Build Output tree, under the paths by which visitors get them. */
export async function servedFiles(artifacts: readonly Artifact[]): Promise<readonly Artifact[]> {
  const { overrides = {} } = await readConfig(artifacts)
  return artifacts.flatMap((artifact) => {
    const { path } = artifact
    if (!path.startsWith(staticFolder) || artifact.mode === '120000') return []
    const name = path.slice(staticFolder.length)
    const served = overrides[name]?.path ?? name
    if (rules.has(served)) return []
    return [{ ...artifact, path: served === '' || served === 'index' ? 'index.html' : served }]
  })
}

/** Where a Build Output tree renders pages, or may. */
export async function rendersOf({ host, artifacts }: ArtifactSet): Promise<'first-page' | 'others' | undefined> {
  if (host !== 'vercel') return undefined
  const hasFunctions = artifacts.some(({ path }) => path.startsWith(functionsFolder))
  if (!hasFunctions) return 'others'
  const index = `${functionsFolder}index.func`
  const hasIndex = artifacts.some(({ path }) => path === index || path.startsWith(`${index}/`))
  const { routes = [] } = await readConfig(artifacts)
  const handled = routes.findIndex(({ handle }) => handle === 'error' || handle === 'hit')
  const before = handled < 0 ? routes : routes.slice(0, handled)
  return hasIndex || before.some(leadsFirstPage) ? 'first-page' : 'others'
}

function leadsFirstPage({
  src,
  dest,
  status = 200,
}: {
  src?: string | undefined
  dest?: string | undefined
  status?: number | undefined
}): boolean {
  const leads = dest !== undefined || (status >= 300 && status < 400)
  if (src === undefined || !leads) return false
  try {
    return new RegExp(`^(?:${src})$`).test('/')
  } catch (error) {
    // Patterns of Vercel's own dialect lead wherever they lead.
    if (error instanceof SyntaxError) return false
    throw error
  }
}

async function readConfig(artifacts: readonly Artifact[]): Promise<z.infer<typeof configSchema>> {
  const config = artifacts.find(({ path }) => path === `${outputFolder}/config.json`)
  return configSchema.parse(JSON.parse(new TextDecoder().decode(await config?.read()) || '{}'))
}
