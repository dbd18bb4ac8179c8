import * as z from 'zod/mini'
import { TabshipError } from '../../errors/tabship-error.js'
import type { Context } from '../../spec/context.js'
import type { VercelApi } from './api.js'

/** How far the log of a build has been told: the time of the last line, and what was told of that time. JSON-safe. */
export interface LogPlace {
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly ids: readonly string[]
}

/** Tells the log of a build, line by line, in order, and no line twice. */
export interface BuildLog {
  /**
   * Tells what is new.
   * @param page Where people read it.
   * @returns whether anything was.
   */
  tell(page: string | undefined): Promise<boolean>
  readonly place: LogPlace
  /** The last lines. */
  readonly tail: readonly string[]
}

/** Lines that are kept for what is said of a failure. */
const mostLines = 200
/** Events of the log that are lines of it (Vercel's docs, "Get deployment events"). */
const lines = new Set(['command', 'stdout', 'stderr', 'fatal'])

const eventsSchema = z.array(
  z.object({
    type: z.string(),
    created: z.number(),
    payload: z.optional(
      z.nullable(
        z.object({ id: z.optional(z.string()), text: z.optional(z.string()), serial: z.optional(z.string()) }),
      ),
    ),
  }),
)

/**
 * A log that can't be had never fails a build: a line says where it can be read.
 * @param place Where an earlier run has ended.
 */
export function createBuildLog(
  api: VercelApi,
  deployment: string,
  place: LogPlace | undefined,
  context: Context,
): BuildLog {
  let now: LogPlace = place ?? { since: 0, ids: [] }
  const tail: string[] = []
  let isLost = false
  const say = (text: string) => context.report({ type: 'log-line', source: 'provider', text })

  /** @returns nothing where it can't be read. */
  async function read(page: string | undefined): Promise<z.infer<typeof eventsSchema>> {
    if (isLost) return []
    const path = `/v3/deployments/${deployment}/events?builds=1&limit=-1&direction=forward&since=${now.since}`
    try {
      return await api.json(context, eventsSchema, 'tell the log of the build', 'GET', path)
    } catch (error) {
      context.signal.throwIfAborted()
      if (!TabshipError.isInstance(error)) throw error
      isLost = true
      const place = page ?? "the page of the deployment in Vercel's own pages"
      say(`The log of the build ${now.since > 0 ? 'goes on' : 'is'} at ${place}.`)
      return []
    }
  }

  return {
    get place() {
      return now
    },
    tail,
    async tell(page) {
      const events = await read(page)
      const fresh = events.flatMap(({ type, created, payload }) => {
        const id = payload?.id ?? `${created} ${payload?.serial} ${payload?.text}`
        const isNew = created > now.since || (created === now.since && !now.ids.includes(id))
        return isNew && lines.has(type) ? [{ id, created, text: payload?.text ?? '' }] : []
      })
      for (const { id, created, text } of fresh) {
        now = { since: created, ids: created === now.since ? [...now.ids, id] : [id] }
        for (const line of text.split(/\r?\n/)) {
          say(line)
          tail.push(line)
        }
      }
      tail.splice(0, tail.length - mostLines)
      return fresh.length > 0
    },
  }
}
