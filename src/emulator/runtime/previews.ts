import { type Preview, servePreview } from './preview.js'
import { injectedScripts, type PreviewScript } from './preview-script.js'

/** What all previews of a container share. */
export interface PreviewsOptions {
  /** Value of Cross-Origin-Embedder-Policy for pages that send none. */
  readonly coep: 'require-corp' | 'credentialless' | 'none'
  readonly forwardErrors: boolean | 'exceptions-only'
  /** Gets `port`, `server-ready` and `preview-message` with their arguments. */
  readonly emit: (event: string, ...args: unknown[]) => void
}

/** The previews of a container: one origin for each port on which one of its servers listens. */
export interface Previews {
  /** Opens or closes the preview of a server that listens at `url`, and says so once it can be reached. */
  change(port: number, type: 'open' | 'close', url: string): void
  /** Puts a script into every HTML page that is loaded from now on. */
  setScript(script: PreviewScript): void
  end(): Promise<void>
}

/** Makes the previews of one container. */
export function createPreviews({ coep, forwardErrors, emit }: PreviewsOptions): Previews {
  const previews = new Map<number, Preview>()
  let script: PreviewScript | undefined
  let hasEnded = false
  // Changes wait for each other, so that a port that closes at once is announced and taken back in that order.
  let changes = Promise.resolve()

  const open = async (port: number, url: string): Promise<void> => {
    if (hasEnded || previews.has(port)) return
    const preview = await servePreview({
      target: new URL(url),
      coep,
      html: () => injectedScripts({ script, forwardErrors, port }),
      onMessage: (message) => emit('preview-message', message),
    })
    previews.set(port, preview)
    emit('port', port, 'open', preview.url)
    emit('server-ready', port, preview.url)
  }
  const close = async (port: number): Promise<void> => {
    const preview = previews.get(port)
    previews.delete(port)
    if (preview && !hasEnded) emit('port', port, 'close', preview.url)
    await preview?.close()
  }
  return {
    change: (port, type, url) => {
      changes = changes.then(() => (type === 'open' ? open(port, url) : close(port))).catch(console.error)
    },
    setScript: (next) => {
      script = next
    },
    end: async () => {
      hasEnded = true
      await changes
      await Promise.all([...previews.keys()].map(close))
    },
  }
}
