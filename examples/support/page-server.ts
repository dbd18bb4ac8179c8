import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lookup } from 'mrmime'
import { build } from 'vite'

/** The page on its own port of 127.0.0.1. */
export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/** The folders of the examples that have a page. */
export type Example = 'ide' | 'preview-to-prod'

/** What the page is served with. */
export interface PageServerOptions {
  /** @default 'ide' */
  readonly example?: Example
  /** What its `settings.json` says besides the paths of the project. */
  readonly settings: object
  /** The project to open, by path. */
  readonly project: ReadonlyMap<string, Uint8Array>
  /** @default a free one */
  readonly port?: number
}

/** A WebContainer needs shared memory, which browsers grant to isolated pages only. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Builds the page of an example and serves it with its settings and the project that it opens. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const { example = 'ide', settings, project, port = 0 } = options
  const files = await buildPage(example)
  for (const [path, bytes] of project) files.set(`project/${path}`, bytes)
  const text = JSON.stringify({ ...settings, files: [...project.keys()] })
  files.set('settings.json', new TextEncoder().encode(text))

  const server = createServer((request, response) => answer(files, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server of the page has no port.')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function buildPage(example: Example): Promise<Map<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), `tabship-${example}-`))
  try {
    const configFile = fileURLToPath(new URL(`../${example}/vite.config.ts`, import.meta.url))
    await build({ configFile, logLevel: 'warn', build: { outDir: folder } })
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const contents = await Promise.all(paths.map((path) => readFile(path)))
    const name = (path: string): string => path.slice(folder.length + 1).replaceAll('\\', '/')
    return new Map(paths.map((path, index) => [name(path), contents[index] ?? new Uint8Array()]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function answer(files: ReadonlyMap<string, Uint8Array>, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1) || 'index.html'
  const bytes = files.get(path)
  const type = bytes ? (lookup(path) ?? 'application/octet-stream') : 'text/plain'
  const headers = { ...isolation, 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' }
  response.writeHead(bytes ? 200 : 404, headers).end(bytes ?? 'Not found')
}
