import { randomBytes } from 'node:crypto'

/** Something that is to be fetched from another host than the API's. */
export interface Download {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly name: string
}

/** The host that the API sends its callers to for logs and archives. */
export interface Downloads {
  /** @returns an address that holds for a minute, below the origin of the web face. */
  offer(download: Download): string
  /** The answer to a request for one of them; `undefined` where it asks for something else. */
  answer(request: Request): Response | undefined
}

/** The contract: "This link expires after 1 minute." */
const lifetime = 60_000

/** Makes it. Like the real one, it sends no CORS headers: pages get here through a relay only. */
export function createDownloads(origin: () => string, now: () => number): Downloads {
  const offered = new Map<string, Download & { readonly until: number }>()
  return {
    offer: (download) => {
      for (const [path, { until }] of offered) if (until < now()) offered.delete(path)
      const path = `/_downloads/${randomBytes(24).toString('base64url')}`
      offered.set(path, { ...download, until: now() + lifetime })
      return origin() + path
    },
    answer: (request) => {
      const { pathname } = new URL(request.url)
      if (!pathname.startsWith('/_downloads/')) return undefined
      const found = offered.get(pathname)
      if (!found || found.until < now()) {
        return new Response('<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code></Error>\n', {
          status: 403,
          headers: { 'Content-Type': 'application/xml' },
        })
      }
      const headers = {
        'Content-Type': found.type,
        'Content-Disposition': `attachment; filename="${found.name}"`,
        'Content-Length': String(found.bytes.length),
      }
      return new Response(request.method === 'HEAD' ? null : found.bytes, { headers })
    },
  }
}
