import type { Route } from '@vercel/routing-utils'
import type { DeploymentError } from '../state.js'
import type { Tree, TreeFile } from './tree.js'

/** A file that is served as it is. */
export interface StaticFile extends TreeFile {
  /** Set where the type does not follow from the name. */
  readonly contentType: string | undefined
  readonly name: string
}

/** How a function is run: what its `.vc-config.json` says. */
export interface FunctionConfig {
  readonly runtime: string
  /** The file to load, relative to the function's folder. */
  readonly entry: string
  readonly isEdge: boolean
  readonly shouldAddHelpers: boolean
  /** Seconds. */
  readonly maxDuration: number
  readonly environment: Readonly<Record<string, string>>
}

/** What `<path>.prerender-config.json` says. */
export interface PrerenderConfig {
  /** Seconds; `false`: for ever. */
  readonly expiration: number | false
  readonly fallback: TreeFile | undefined
  readonly fallbackType: string
  readonly bypassToken: string | undefined
  /** Parameters of the query that make a page of their own; `undefined`: all of them do. */
  readonly allowQuery: readonly string[] | undefined
  readonly initialHeaders: Readonly<Record<string, string>>
  readonly initialStatus: number
}

/** A function of a deployment. */
export interface FunctionOutput {
  /** Where it is found, without a slash at the start. */
  readonly path: string
  readonly config: FunctionConfig
  /** Its files, by path in its folder. */
  readonly files: Tree
  readonly prerender: PrerenderConfig | undefined
}

/** What a deployment serves. */
export interface Output {
  /** By path, without a slash at the start. */
  readonly files: ReadonlyMap<string, StaticFile>
  /** By path, without a slash at the start. */
  readonly functions: ReadonlyMap<string, FunctionOutput>
  readonly routes: readonly Route[]
}

/** Thrown where files are no output that can be served: the deployment ends in an error then. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }

  /** For the deployment. */
  toDeploymentError(): DeploymentError {
    return { code: this.code, message: this.message }
  }
}

/** Reads a file of JSON. @throws OutputError where it is none */
export function readJson(tree: Tree, path: string): Record<string, unknown> | undefined {
  const file = tree.get(path)
  if (!file) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(file.bytes)) as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new OutputError('invalid_json', `${path} is not JSON: ${error.message}`)
  }
}

/** What a path leads to: a file or a function; `index` stands for its folder. */
export function findOutput({ files, functions }: Output, path: string): StaticFile | FunctionOutput | undefined {
  const name = path.replace(/^\/+|\/+$/g, '')
  const index = name === '' ? 'index' : `${name}/index`
  return (
    files.get(name) ?? functions.get(name) ?? files.get(`${index}.html`) ?? functions.get(index) ?? files.get(index)
  )
}
