/** A script for every HTML page of a preview. */
export interface PreviewScript {
  readonly source: string
  readonly type?: 'module' | 'importmap' | undefined
  readonly defer?: boolean | undefined
  readonly async?: boolean | undefined
}

/** Path to which a preview's page reports its errors. */
export const messagePath = '/.tabship/preview-message'

/** The script tags that a page gets, or an empty string. */
export function injectedScripts(options: {
  script: PreviewScript | undefined
  forwardErrors: boolean | 'exceptions-only'
  port: number
}): string {
  const { script, forwardErrors, port } = options
  const forwarding = forwardErrors ? tag(forwardingSource(port, forwardErrors === true)) : ''
  if (!script) return forwarding
  const attributes = [
    script.type ? ` type="${script.type}"` : '',
    script.defer ? ' defer' : '',
    script.async ? ' async' : '',
  ].join('')
  return forwarding + tag(script.source, attributes)
}

/** Puts tags at the start of a page's head, or before all else where it has none. */
export function injectInto(html: string, tags: string): string {
  const head = /<head(?:\s[^>]*)?>/i.exec(html) ?? /^\s*<!doctype[^>]*>/i.exec(html)
  const position = head ? head.index + head[0].length : 0
  return html.slice(0, position) + tags + html.slice(position)
}

function tag(source: string, attributes = ''): string {
  return `<script${attributes}>${source.replaceAll(/<\/(script)/gi, '<\\/$1')}</script>`
}

function forwardingSource(port: number, withConsole: boolean): string {
  return `(() => {
const previewId = Math.random().toString(36).slice(2)
const send = (message) => {
  const { pathname, search, hash } = location
  const body = JSON.stringify({ ...message, previewId, port: ${port}, pathname, search, hash })
  fetch('${messagePath}', { method: 'POST', body, keepalive: true }).catch(() => undefined)
}
addEventListener('error', ({ message, error }) =>
  send({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', message, stack: error?.stack }))
addEventListener('unhandledrejection', ({ reason }) =>
  send({ type: 'PREVIEW_UNHANDLED_REJECTION', message: String(reason?.message ?? reason), stack: reason?.stack }))
${withConsole ? consoleSource : ''}})()`
}

const consoleSource = `const original = console.error
console.error = (...args) => {
  original.apply(console, args)
  send({ type: 'PREVIEW_CONSOLE_ERROR', args: args.map(String), stack: new Error().stack })
}
`
