import { type FileSystemTree, WebContainer } from '@webcontainer/api'

/** What a page knows of its container before it boots. */
export interface RuntimeSettings {
  /** Address of a stand-in for the WebContainer runtime; `null` where there is none. */
  readonly emulatedRuntime: string | null
  /** Paths of the project's files, served below `project/`. */
  readonly files: readonly string[]
}

/** What a container runs on. */
export type RuntimeKind = 'WebContainer' | 'Emulated runtime'

/** A booted container and what it runs on. */
export interface Runtime {
  readonly container: WebContainer
  readonly kind: RuntimeKind
}

const probeAddress = 'https://stackblitz.com/headless'
/** Milliseconds. */
const probeLimit = 3_000
const bootLimit = 60_000

/**
 * Boots the real runtime where it can be reached, the emulated one otherwise. The choice is made before booting, because
 * a boot that fails can be tried again only after a reload. `?runtime=emulated` and `?runtime=webcontainer` choose by hand.
 * @param onChoice Called before the boot.
 */
export async function bootRuntime(settings: RuntimeSettings, onChoice: (kind: RuntimeKind) => void): Promise<Runtime> {
  const wish = new URLSearchParams(location.search).get('runtime')
  const address = settings.emulatedRuntime
  const isEmulated = address !== null && (wish === 'emulated' || (wish !== 'webcontainer' && !(await isReachable())))
  const kind = isEmulated ? 'Emulated runtime' : 'WebContainer'
  onChoice(kind)
  if (isEmulated) Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: address })
  const boot = WebContainer.boot({ coep: 'credentialless', workdirName: 'project' })
  const container = await withLimit(
    boot,
    bootLimit,
    'The container did not start within a minute. Reload the page to try again.',
  )
  await container.mount(await loadProject(settings.files))
  return { container, kind }
}

async function isReachable(): Promise<boolean> {
  return fetch(probeAddress, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(probeLimit) }).then(
    () => true,
    () => false,
  )
}

async function loadProject(paths: readonly string[]): Promise<FileSystemTree> {
  const tree: FileSystemTree = {}
  const contents = await Promise.all(paths.map(loadFile))
  for (const [index, path] of paths.entries()) place(tree, path.split('/'), contents[index] ?? new Uint8Array())
  return tree
}

async function loadFile(path: string): Promise<Uint8Array> {
  const response = await fetch(`project/${path.split('/').map(encodeURIComponent).join('/')}`)
  if (!response.ok) throw new Error(`The server has no ${path} (${response.status}).`)
  return new Uint8Array(await response.arrayBuffer())
}

function place(tree: FileSystemTree, [name = '', ...rest]: readonly string[], contents: Uint8Array): void {
  if (rest.length === 0) {
    tree[name] = { file: { contents } }
    return
  }
  const existing = tree[name]
  const folder = existing && 'directory' in existing ? existing : { directory: {} }
  tree[name] = folder
  place(folder.directory, rest, contents)
}

async function withLimit<T>(promise: Promise<T>, limit: number, message: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), limit)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
