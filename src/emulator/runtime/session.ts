import type { WebSocket } from 'ws'
import * as z from 'zod/mini'
import { createLocalContainer, type LocalContainer, type LocalContainerOptions } from '../local-container.js'
import { createPreviews, type Previews } from './previews.js'
import { accept, fileMethods, type Methods, processMethods, type Tell, type Watchers } from './session-methods.js'
import { decodeFrame, encodeFrame } from './wire.js'

const id = z.number()
const none = z.tuple([])
const buildArgs = z.tuple([
  z.object({
    workdirName: z.optional(z.string().check(z.regex(/^(?!\.{1,2}$)[^/\\\0]+$/))),
    forwardPreviewErrors: z.optional(z.union([z.boolean(), z.literal('exceptions-only')])),
    coep: z.nullish(z.enum(['require-corp', 'credentialless', 'none'])),
  }),
])
const scriptArgs = z.tuple([
  z.string(),
  z.nullish(
    z.object({
      type: z.optional(z.enum(['module', 'importmap'])),
      defer: z.optional(z.boolean()),
      async: z.optional(z.boolean()),
    }),
  ),
])
const callSchema = z.object({ call: id, method: z.string(), args: z.array(z.unknown()) })

/** Serves one page's container over its connection. Resolves when the connection has ended, and the container with it. */
export async function serveSession(socket: WebSocket, options: LocalContainerOptions): Promise<void> {
  let running: Promise<Runtime> | undefined
  const tell: Tell = (listener, args, bytes) => socket.send(encodeFrame({ listener, args }, bytes))

  const answer = async (data: Uint8Array): Promise<void> => {
    const { message, bytes } = decodeFrame(data)
    const { call, method, args } = callSchema.parse(message)
    try {
      if (method === 'build') running ??= startRuntime(buildArgs.parse(args)[0], options, tell)
      const methods = (await running)?.methods ?? {}
      const handler = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!handler) throw new Error(`The runtime has no '${method}' here`)
      const value = await handler(args, bytes)
      socket.send(value instanceof Uint8Array ? encodeFrame({ call }, value) : encodeFrame({ call, value }))
    } catch (error) {
      socket.send(encodeFrame({ call, error: error instanceof Error ? error.message : String(error) }))
    }
  }
  socket.on('message', (data: Uint8Array) => {
    answer(data).catch(() => socket.close(1002, 'not a call'))
  })
  socket.on('error', () => socket.terminate())
  await new Promise((resolve) => socket.once('close', resolve))
  const runtime = await running?.catch(() => undefined)
  await runtime?.end()
}

interface Runtime {
  readonly methods: Methods
  end(): Promise<void>
}

async function startRuntime(
  settings: z.infer<typeof buildArgs>[0],
  options: LocalContainerOptions,
  tell: Tell,
): Promise<Runtime> {
  const { workdirName, forwardPreviewErrors = false, coep } = settings
  const container = await createLocalContainer({ ...options, ...(workdirName ? { workdirName } : {}) })
  const subscriptions = new Map<number, string>()
  const emit = (event: string, ...args: unknown[]): void => {
    for (const [listener, wanted] of subscriptions) if (wanted === event) tell(listener, args)
  }
  const previews = createPreviews({ coep: coep ?? 'credentialless', forwardErrors: forwardPreviewErrors, emit })
  container.on('port', (port, type, url) => previews.change(port, type, url))
  const watchers: Watchers = new Map()
  let end: Promise<void> | undefined
  const endOnce = (): Promise<void> => {
    end ??= endRuntime(container, previews, watchers)
    return end
  }
  return {
    end: endOnce,
    methods: {
      build: () => ({ path: container.path, cwd: container.workdir }),
      teardown: accept(none, endOnce),
      on: accept(z.tuple([z.string(), id]), ([event, listener]) => void subscriptions.set(listener, event)),
      off: accept(z.tuple([id]), ([listener]) => void subscriptions.delete(listener)),
      setPreviewScript: accept(scriptArgs, ([source, attributes]) => previews.setScript({ source, ...attributes })),
      ...fileMethods(container, watchers, tell),
      ...processMethods(container, tell),
    },
  }
}

async function endRuntime(container: LocalContainer, previews: Previews, watchers: Watchers): Promise<void> {
  for (const watcher of watchers.values()) watcher.close()
  await Promise.all([container.teardown(), previews.end()])
}
