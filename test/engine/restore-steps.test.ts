import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import type { Step } from '../../src/engine/step.js'
import { jsonResult, type StepJournal, type StepRecord } from '../../src/engine/step-record.js'
import type { Context } from '../../src/spec/context.js'
import { open, untilAborted, work } from './bakery.js'

const amount = jsonResult(z.number())
const nothing: StepRecord = { state: 'begun', checkpoint: null, result: null }

/** A book in which a bakery writes; what stood in it when the morning began is `earlier`. */
function bookOf(earlier: Record<string, StepRecord>): StepJournal & {
  readonly written: readonly (readonly [string, StepRecord])[]
  readonly aside: readonly string[]
} {
  const written: (readonly [string, StepRecord])[] = []
  const aside: string[] = []
  return {
    written,
    aside,
    earlier: (step) => earlier[step],
    write: async (step, record) => void written.push([step, structuredClone(record)]),
    setAside: async (step) => void aside.push(step),
  }
}

const ended = (result: unknown): StepRecord => ({ state: 'ended', checkpoint: null, result })

/** Weigh and heat, knead with the flour, and bake; dough does not keep over night. */
function bakery(parts: { confirm?: (output: number) => Promise<boolean>; ran?: string[] } = {}) {
  const { ran = [], confirm } = parts
  const did = <Value>(step: string, value: Value) => {
    ran.push(step)
    return Promise.resolve(value)
  }
  const weigh = work({
    id: 'weigh',
    title: 'Weigh the flour',
    result: amount,
    run: () => did('weigh', 500),
    ...(confirm && { confirm }),
  })
  const heat = work({ id: 'heat', result: amount, run: () => did('heat', 230) })
  const knead = work({ id: 'knead', needs: { flour: weigh }, run: ({ flour }) => did('knead', flour + 300) })
  const bake = work({
    id: 'bake',
    result: amount,
    needs: { dough: knead, oven: heat },
    run: ({ dough, oven }) => did('bake', dough + oven),
  })
  const taste = work({ id: 'taste', needs: { bread: bake }, run: ({ bread }) => did('taste', `${bread}`) })
  return { steps: [weigh, heat, knead, bake, taste] as readonly Step<unknown>[], weigh, heat, knead, bake, taste, ran }
}

describe('a graph of steps with a journal', () => {
  it('writes the intent before a step does anything, each checkpoint, and the result before the step has ended', async () => {
    const order: string[] = []
    const book = bookOf({})
    const write = book.write
    const journal: StepJournal = {
      ...book,
      write: (step, record) => {
        order.push(`${record.state} ${JSON.stringify(record.checkpoint)} ${JSON.stringify(record.result)}`)
        return write(step, record)
      },
    }
    const step = work({
      id: 'weigh',
      result: amount,
      checkpoint: z.object({ bowl: z.number() }),
      run: async (_inputs, { save, again, saved }) => {
        order.push(`runs, again: ${again}, saved: ${saved}`)
        await save({ bowl: 1 })
        order.push('weighs')
        return 500
      },
    })
    const morning = open([step], { journal })
    await morning.outputs
    expect(order).toEqual([
      'begun null null',
      'runs, again: false, saved: undefined',
      'begun {"bowl":1} null',
      'weighs',
      'ended {"bowl":1} 500',
    ])
    expect(morning.order()).toEqual(['weigh step-start', 'weigh step-end'])
  })

  it('passes over what an earlier run ended, and gives its outputs to those that need them', async () => {
    const { steps, bake, taste, ran } = bakery()
    const book = bookOf({ weigh: ended(500), heat: ended(200), knead: nothing })
    const morning = open(steps, { journal: book })
    const outputs = await morning.outputs
    expect(ran).toEqual(['knead', 'bake', 'taste'])
    expect([bake, taste].map((step) => outputs.get(step))).toEqual([1000, '1000'])
    expect(morning.events.slice(0, 2)).toEqual([
      { step: 'weigh', event: { type: 'step-skip', title: 'Weigh the flour', summary: '500' } },
      { step: 'heat', event: { type: 'step-skip', title: 'heat', summary: '200' } },
    ])
  })

  it('does not run again what keeps nothing, where all that needed it has ended', async () => {
    const { steps, ran } = bakery()
    const morning = open(steps, {
      journal: bookOf({ weigh: ended(500), heat: ended(230), knead: nothing, bake: ended(1030) }),
    })
    await morning.outputs
    expect(ran).toEqual(['taste'])
    expect(morning.order()).toEqual([
      'weigh step-skip',
      'heat step-skip',
      'bake step-skip',
      'taste step-start',
      'taste step-end',
    ])
  })

  it('runs a step again that its provider does not confirm, and everything that needs it', async () => {
    const asked: number[] = []
    const confirm = async (output: number) => {
      asked.push(output)
      return false
    }
    const { steps, ran } = bakery({ confirm })
    const morning = open(steps, { journal: bookOf({ weigh: ended(500), heat: ended(230), bake: ended(1030) }) })
    await morning.outputs
    expect(asked).toEqual([500])
    expect(ran).toEqual(['weigh', 'knead', 'bake', 'taste'])
    expect(morning.order().slice(0, 2)).toEqual(['weigh warning', 'heat step-skip'])
    expect(morning.events[0]?.event).toMatchObject({ code: 'step-undone' })
  })

  it('tells a step that it was begun before, and what it saved', async () => {
    let context: Context | undefined
    const step = work({
      id: 'weigh',
      result: amount,
      checkpoint: z.object({ bowl: z.number() }),
      run: async (_inputs, given) => {
        context = given
        return 500
      },
    })
    const journal = bookOf({ weigh: { ...nothing, checkpoint: { bowl: 7 } } })
    await open([step], { journal }).outputs
    expect(context).toMatchObject({ again: true, saved: { bowl: 7 } })
    expect(journal.written[0]).toEqual(['weigh', { ...nothing, checkpoint: { bowl: 7 } }])
  })

  it('sets aside a result and a checkpoint that can not be read back, and does the work anew', async () => {
    const { steps, ran } = bakery()
    const journal = bookOf({ weigh: ended('half a kilo'), heat: ended(230) })
    await open(steps, { journal }).outputs
    expect(journal.aside).toEqual(['weigh'])
    expect(ran).toEqual(['weigh', 'knead', 'bake', 'taste'])
    let saved: unknown = 'unasked'
    const step = work({
      id: 'weigh',
      checkpoint: z.object({ bowl: z.number() }),
      run: async (_inputs, context) => {
        saved = context.saved
        return 1
      },
    })
    const other = bookOf({ weigh: { ...nothing, checkpoint: { bowl: 'large' } } })
    await open([step], { journal: other }).outputs
    expect([saved, other.aside]).toEqual([undefined, ['weigh']])
  })

  it('cancels what an earlier run had begun, where it is aborted before it has saved anything itself', async () => {
    const canceled: unknown[] = []
    const step = work({
      id: 'bake',
      result: amount,
      checkpoint: z.object({ oven: z.string() }),
      run: (_inputs, { signal }) => untilAborted(signal),
      cancel: async (checkpoint) => void canceled.push(checkpoint),
    })
    const morning = open([step], { journal: bookOf({ bake: { ...nothing, checkpoint: { oven: 'left' } } }) })
    await morning.clock.advance(1)
    morning.abort(new Error('closed'))
    await expect(morning.outputs).rejects.toThrow('closed')
    expect(canceled).toEqual([{ oven: 'left' }])
    expect(morning.order()).toEqual(['bake step-start', 'bake step-cancel'])
  })

  it('ends with the error of a provider that can not be asked, and names the step', async () => {
    const confirm = () => Promise.reject(new Error('no answer'))
    const { steps, ran } = bakery({ confirm })
    const morning = open(steps, { journal: bookOf({ weigh: ended(500) }) })
    await expect(morning.outputs).rejects.toMatchObject({ step: 'weigh' })
    expect(ran).toEqual([])
  })
})
