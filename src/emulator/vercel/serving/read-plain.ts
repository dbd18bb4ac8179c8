import { getTransformedRoutes, type Route } from '@vercel/routing-utils'
import type { Json } from '../state.js'
import { checkSettings } from './check-settings.js'
import { type Output, OutputError, readJson, type StaticFile } from './output.js'
import type { Tree } from './tree.js'

/** What is never served of a project without a build (`@vercel/static` in `detect-builders.ts` of github.com/vercel/vercel). */
const hidden =
  /^(?:vercel\.json|now\.json|package\.json|package-lock\.json|\.vercelignore|\.nowignore|api\/.*|\.env.*)$/

/** What a request may say of a deployment in place of `vercel.json`. */
export interface PlainOptions {
  readonly configuration: Json
  /** Of the project: where its build puts what is to be served. */
  readonly outputDirectory: string | null
  /** Where a build is known to have put it. */
  readonly builtFolder?: string | undefined
}

/**
 * Reads files that are served as they are, with the settings of their `vercel.json`.
 *
 * @throws OutputError that says what is wrong with those
 */
export function readPlain(tree: Tree, options: PlainOptions): Output {
  const config = { ...readJson(tree, 'vercel.json'), ...options.configuration }
  checkSettings(config, 'vercel.json')
  const { routes, error } = getTransformedRoutes(config)
  if (error) throw new OutputError(error.code, `${error.message} ${error.errors?.join(' ') ?? ''}`.trim())
  const folder = options.builtFolder ?? folderOf(tree, config, options.outputDirectory)
  const files = readFolder(tree, folder, config.cleanUrls === true)
  return {
    files,
    functions: new Map(),
    routes: [...(routes ?? [{ handle: 'filesystem' as const }]), ...errorPage(files)],
  }
}

function folderOf(tree: Tree, { outputDirectory }: Json, ofProject: string | null): string {
  const named = typeof outputDirectory === 'string' ? outputDirectory : ofProject
  const folder = named?.replace(/^\.?\/+|\/+$/g, '') ?? 'public'
  if (folder === '' || folder === '.') return ''
  const isThere = [...tree.keys()].some((path) => path.startsWith(`${folder}/`))
  if (isThere) return `${folder}/`
  if (named !== null) {
    throw new OutputError(
      'missing_output_directory',
      `No Output Directory named "${folder}" found after the Build completed.`,
    )
  }
  return ''
}

function readFolder(tree: Tree, folder: string, cleanUrls: boolean): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  for (const [path, file] of tree) {
    if (!path.startsWith(folder) || (folder === '' && hidden.test(path))) continue
    const name = path.slice(folder.length)
    const place = cleanUrls && name.endsWith('.html') && !/(?:^|\/)index\.html$/.test(name) ? name.slice(0, -5) : name
    files.set(place, { ...file, name, contentType: undefined })
  }
  return files
}

// `errorRoutes` in `detect-builders.ts` of github.com/vercel/vercel. Of a Build Output tree nothing is guessed like this.
function errorPage(files: ReadonlyMap<string, StaticFile>): Route[] {
  const page = ['404.html', '404'].find((name) => files.has(name))
  if (page === undefined) return []
  return [{ handle: 'error' }, { status: 404, src: '^(?!/api).*$', dest: `/${page}` }]
}
