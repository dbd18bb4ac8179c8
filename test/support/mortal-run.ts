import type { Context } from '../../src/spec/context.js'
import type { Schema } from '../../src/spec/schema.js'
import { type TestContext, type TestContextOptions, testContext } from './context.js'
import { type Interceptor, type SeenRequest, watchFetch } from './watched-fetch.js'

/** When a run dies: with its save, its request or the answer of that index. Nothing more leaves it or comes to it then. */
export interface Death {
  readonly moment: 'at a save' | 'before a request' | 'after a request'
  /** From 0, over all steps of the run. */
  readonly index: number
}

/** What outlives a run, as a journal keeps it: for each step that began, its checkpoint and its result as JSON. */
export type Memory = Map<string, { saved?: string; result?: string }>

/** What became of a run. */
export interface MortalRun {
  /** Whether it lived to its end. */
  readonly ended: boolean
  readonly requests: readonly SeenRequest[]
  /** The requests whose answer came. */
  readonly answered: readonly SeenRequest[]
  readonly contexts: readonly TestContext[]
}

/** Does one step: at once where an earlier run has ended it. */
export type DoStep = <Result>(
  id: string,
  checkpoint: Schema<unknown>,
  work: (context: Context) => Promise<Result>,
) => Promise<Result>

/**
 * Runs steps as the engine does, with what earlier runs remember, until they end or the run dies.
 * @throws what the steps throw, except for its own death.
 */
export async function mortalRun(
  options: Pick<TestContextOptions, 'fetch'> & Partial<Pick<TestContextOptions, 'clock' | 'relay' | 'cache'>>,
  memory: Memory,
  steps: (step: DoStep) => Promise<unknown>,
  { death, intercept = (_, send) => send() }: { death?: Death | undefined; intercept?: Interceptor | undefined } = {},
): Promise<MortalRun> {
  const controller = new AbortController()
  const dead = new Error('the tab was closed')
  const counts = { 'at a save': 0, 'before a request': 0, 'after a request': 0 }
  const pass = (moment: Death['moment']): void => {
    if (death?.moment === moment && counts[moment] === death.index) controller.abort(dead)
    counts[moment] += 1
    controller.signal.throwIfAborted()
  }
  const answered: SeenRequest[] = []
  const contexts: TestContext[] = []
  const watched = watchFetch(options.fetch, async (request, send) => {
    controller.signal.throwIfAborted()
    pass('before a request')
    const answer = await intercept(request, send)
    const response = death ? await whole(answer) : answer
    if (!controller.signal.aborted) answered.push(request)
    pass('after a request')
    return response
  })
  const step: DoStep = async (id, checkpoint, work) => {
    const earlier = memory.get(id)
    if (earlier?.result !== undefined) return JSON.parse(earlier.result)
    const record: { saved?: string; result?: string } = { ...earlier }
    memory.set(id, record)
    const context = testContext({
      ...options,
      fetch: watched.fetch,
      signal: controller.signal,
      again: earlier !== undefined,
      saved: earlier?.saved === undefined ? undefined : checkpoint.parse(JSON.parse(earlier.saved)),
      onSave: (checkpoint) => {
        controller.signal.throwIfAborted()
        record.saved = JSON.stringify(checkpoint)
        pass('at a save')
      },
    })
    contexts.push(context)
    const result = await work(context)
    controller.signal.throwIfAborted()
    record.result = JSON.stringify(result)
    return result
  }
  try {
    await steps(step)
  } catch (error) {
    if (!controller.signal.aborted) throw error
  }
  return { ended: !controller.signal.aborted, requests: watched.requests, answered, contexts }
}

/** An answer that has come to its end: of one that has only begun, nobody knows what was carried out. */
async function whole(answer: Response): Promise<Response> {
  const bytes = await answer.arrayBuffer()
  return new Response(bytes.byteLength === 0 ? null : bytes, answer)
}
