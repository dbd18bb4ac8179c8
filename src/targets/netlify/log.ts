import * as z from 'zod/mini'
import type { Context, Socket } from '../../spec/context.js'

/** The log of a build. Netlify tells it by a WebSocket alone, from its beginning, however often it is opened. */
export interface BuildLog {
  /** Tells what has come. @returns whether anything has. */
  tell(): boolean
  /** Waits for the end of the log, as long as that is worth it. */
  settle(): Promise<void>
  /** How many lines have been told. */
  readonly told: number
  /** The last lines. */
  readonly tail: readonly string[]
  close(): void
}

/** Where a log is, and whose it is. */
export interface LogSource {
  /** Of the WebSocket; `undefined` where it is not known. */
  readonly url: string | undefined
  readonly site: string
  readonly deploy: string
  /** Where people read it. */
  readonly page: string
  token(): Promise<string>
  /** Lines that an earlier run has told. */
  readonly told: number
}

const mostLines = 200
/** How often a connection that was lost is made again. */
const mostConnections = 5
/** Milliseconds that the end of a log is waited for. */
const patience = 3000
/** Colors and the like, by which programs paint terminals: control sequences as ECMA-48 has them. */
const paint = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g')

const messageSchema = z.object({
  message: z.optional(z.nullable(z.string())),
  log: z.optional(z.nullable(z.string())),
  section: z.optional(z.nullable(z.string())),
  type: z.optional(z.nullable(z.string())),
})

/** Opens a log. A log that can't be had never fails a build: a line says where it can be read. */
export function openBuildLog(source: LogSource, context: Context): BuildLog {
  const { url } = source
  const { clock, signal, report, openSocket } = context
  const tail: string[] = []
  let waiting: string[] = []
  let told = source.told
  let connections = 0
  let [isOver, isLost] = [false, false]
  let socket: Socket | undefined

  const say = (text: string) => report({ type: 'log-line', source: 'provider', text })

  function giveUp(): void {
    if (!isLost && !isOver) say(`The log of the build ${told > 0 ? 'goes on' : 'is'} at ${source.page}.`)
    isLost = true
    end()
  }

  function end(): void {
    isOver = true
    socket?.close()
    socket = undefined
  }

  async function connect(): Promise<void> {
    if (isOver || socket) return
    if (url === undefined || !openSocket || connections === mostConnections) return giveUp()
    connections += 1
    const handshake = { deploy_id: source.deploy, site_id: source.site, access_token: await source.token() }
    if (isOver) return
    let count = 0
    const opened = openSocket(url, {
      opened: () => opened.send(JSON.stringify(handshake)),
      closed: () => {
        if (socket === opened) socket = undefined
      },
      message(text) {
        if (socket !== opened) return
        const { line, isEnd } = read(text)
        if (line !== undefined) {
          count += 1
          if (count > told + waiting.length) waiting.push(line)
        }
        if (isEnd) end()
      },
    })
    socket = opened
  }

  function tryToConnect(): void {
    connect().catch(giveUp)
  }

  tryToConnect()
  const log: BuildLog = {
    get told() {
      return told
    },
    tail,
    tell() {
      const lines = waiting
      waiting = []
      for (const line of lines) {
        say(line)
        tail.push(line)
      }
      told += lines.length
      tail.splice(0, tail.length - mostLines)
      tryToConnect()
      return lines.length > 0
    },
    async settle() {
      const until = clock.now() + patience
      while (!isOver && clock.now() < until) await clock.sleep(100, signal)
    },
    close: end,
  }
  return log
}

/** A message is one line, or the word that the build is over; anything else is passed over. */
function read(text: string): { readonly line: string | undefined; readonly isEnd: boolean } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { line: undefined, isEnd: false }
  }
  const { data } = z.safeParse(messageSchema, value)
  const isEnd = data?.type === 'report' && data.section === 'building'
  const said = data?.message ?? data?.log
  return { line: isEnd || said == null ? undefined : said.replace(paint, '').trimEnd(), isEnd }
}
