import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import type { Step } from '../../src/engine/step.js'
import { BuildError } from '../../src/errors/build-error.js'
import type { Context } from '../../src/spec/context.js'
import { promise } from '../relay/stage.js'
import { settled } from '../support/simulated-clock.js'
import { forever, open, untilAborted, work } from './bakery.js'

const burnt = () => new BuildError({ code: 'burnt', message: 'the bread is black', hint: 'Bake it for less long.' })

describe('a graph of steps', () => {
  it('runs each step when what it needs is there, and tells everything in order', async () => {
    const weigh = work({ id: 'weigh', title: 'Weigh the flour', run: async () => 500 })
    const heat = work({ id: 'heat', run: (_, { clock }) => clock.sleep(900_000).then(() => 230) })
    const knead = work({
      id: 'knead',
      needs: { flour: weigh },
      run: async ({ flour }, { clock, progress, report }) => {
        progress(1, 2, 'files')
        await clock.sleep(60_000)
        report({ type: 'log-line', source: 'process', text: 'it is smooth' })
        progress(2, 2, 'files')
        return flour + 300
      },
    })
    const bake = work({
      id: 'bake',
      needs: { dough: knead, oven: heat },
      run: async ({ dough, oven }) => `${dough} g at ${oven} °C`,
    })
    const sell = work({ id: 'sell', after: [bake], run: async () => 'sold' })
    const morning = open([weigh, heat, knead, bake, sell])
    await morning.clock.advance(900_000)
    const outputs = await morning.outputs
    expect([weigh, heat, knead, bake, sell].map((step) => outputs.get(step))).toEqual([
      500,
      230,
      800,
      '800 g at 230 °C',
      'sold',
    ])
    expect(morning.order()).toEqual([
      'weigh step-start',
      'heat step-start',
      'weigh step-end',
      'knead step-start',
      'knead step-progress',
      'knead log-line',
      'knead step-progress',
      'knead step-end',
      'heat step-end',
      'bake step-start',
      'bake step-end',
      'sell step-start',
      'sell step-end',
    ])
    expect(morning.events[0]?.event).toEqual({ type: 'step-start', title: 'Weigh the flour' })
    expect(morning.events[7]?.event).toEqual({ type: 'step-end', duration: 60_000, summary: '800' })
  })

  it('runs steps side by side where nothing keeps them apart', async () => {
    const here = promise()
    const there = promise()
    const meet = (mine: typeof here, other: typeof here) => {
      mine.keep()
      return other.kept
    }
    const left = work({ id: 'left', run: () => meet(here, there) })
    const right = work({ id: 'right', run: () => meet(there, here) })
    const morning = open([left, right])
    await morning.outputs
    expect(morning.order().slice(0, 2)).toEqual(['left step-start', 'right step-start'])
  })

  it('takes up after steps that have ended before, and does not run them again', async () => {
    const bought = work<string>({ id: 'buy', run: () => Promise.reject(new Error('bought twice')) })
    const eat = work({ id: 'eat', needs: { bread: bought }, run: async ({ bread }) => `ate ${bread}` })
    const morning = open([bought, eat], { finished: new Map([[bought, 'rye']]) })
    const outputs = await morning.outputs
    expect([...outputs]).toEqual([
      [bought, 'rye'],
      [eat, 'ate rye'],
    ])
    expect(morning.order()).toEqual(['eat step-start', 'eat step-end'])
  })

  it.each([
    ['not among them', (knead: Step<unknown>, bake: Step<unknown>) => [bake, knead].slice(0, 1)],
    ['behind its user', (knead: Step<unknown>, bake: Step<unknown>) => [bake, knead]],
  ])('is refused before anything runs where a needed step is %s', async (_what, choose) => {
    const knead = work({ id: 'knead', run: async () => 'dough' })
    const bake = work({ id: 'bake', needs: { knead }, run: async () => 'bread' })
    const clean = work({ id: 'clean', run: async () => 'clean' })
    const morning = open([clean, ...choose(knead, bake)])
    await expect(morning.outputs).rejects.toThrow('step bake needs step knead')
    expect(morning.events).toEqual([])
  })
})

describe('the first failure', () => {
  it('stops the other steps, which are told to be cancelled, and starts no more', async () => {
    const heat = work({ id: 'heat', run: (_, { signal }) => untilAborted(signal) })
    const knead = work({ id: 'knead', run: (_, { clock }) => clock.sleep(1000).then(() => Promise.reject(burnt())) })
    const bake = work({ id: 'bake', needs: { heat, knead }, run: async () => 'bread' })
    const morning = open([heat, knead, bake])
    await morning.clock.advance(1000)
    await expect(morning.outputs).rejects.toMatchObject({ name: 'BuildError', code: 'burnt', step: 'knead' })
    expect(morning.order()).toEqual(['heat step-start', 'knead step-start', 'knead step-error', 'heat step-cancel'])
    expect(morning.events[2]?.event).toEqual({
      type: 'step-error',
      duration: 1000,
      error: { ...burnt().toJSON(), step: 'knead' },
    })
    expect(morning.events[3]?.event).toEqual({ type: 'step-cancel', duration: 1000 })
  })

  it('is the one that counts, whatever goes wrong after it', async () => {
    const late = promise()
    const first = work({ id: 'first', run: () => Promise.reject(burnt()) })
    const second = work({
      id: 'second',
      run: (_, { signal }) => untilAborted(signal).finally(() => late.kept),
    })
    const morning = open([first, second])
    await settled()
    morning.abort(new Error('closed'))
    late.keep()
    await expect(morning.outputs).rejects.toMatchObject({ code: 'burnt', step: 'first' })
  })

  it('stops the others before its own clean-up, which may take long', async () => {
    const cleaned = promise()
    const bake = work({
      id: 'bake',
      checkpoint: z.string(),
      run: async (_, { save }) => {
        await save('tray 1')
        throw burnt()
      },
      cancel: () => cleaned.kept,
    })
    const heat = work({ id: 'heat', run: (_, { signal }) => untilAborted(signal) })
    const morning = open([bake, heat])
    await settled()
    expect(morning.order()).toEqual(['bake step-start', 'heat step-start', 'heat step-cancel'])
    cleaned.keep()
    await expect(morning.outputs).rejects.toMatchObject({ code: 'burnt' })
    expect(morning.order().at(-1)).toBe('bake step-error')
  })

  it('that Tabship did not foresee keeps its message and its cause', async () => {
    const cause = new RangeError('the scale shows nothing')
    const weigh = work({
      id: 'weigh',
      run: () => {
        throw cause
      },
    })
    const morning = open([weigh])
    await expect(morning.outputs).rejects.toMatchObject({ code: 'unexpected', step: 'weigh', cause })
    expect(JSON.stringify(morning.events)).toContain('the scale shows nothing')
  })

  it('may lie in summing up what came of a step', async () => {
    const count = work({
      id: 'count',
      run: async () => 3,
      summarize: () => {
        throw new Error('lost count')
      },
    })
    const morning = open([count])
    await expect(morning.outputs).rejects.toMatchObject({ step: 'count' })
    expect(morning.order()).toEqual(['count step-start', 'count step-error'])
  })
})

describe('an abort from outside', () => {
  it('cancels what runs, starts no more, and comes out with its own reason', async () => {
    const heat = work({ id: 'heat', run: (_, { signal }) => untilAborted(signal) })
    const bake = work({ id: 'bake', needs: { heat }, run: async () => 'bread' })
    const morning = open([heat, bake])
    await settled()
    const reason = new Error('the power is off')
    morning.abort(reason)
    await expect(morning.outputs).rejects.toBe(reason)
    expect(morning.order()).toEqual(['heat step-start', 'heat step-cancel'])
  })

  it('that came before the start lets nothing run', async () => {
    const reason = new Error('closed on Mondays')
    const morning = open([work({ id: 'heat', run: async () => 230 })], { signal: AbortSignal.abort(reason) })
    await expect(morning.outputs).rejects.toBe(reason)
    expect(morning.events).toEqual([])
  })

  it('is waited for while a step puts things back', async () => {
    const put = promise()
    let tidy = false
    const knead = work({
      id: 'knead',
      run: async (_, { signal, report }) => {
        try {
          return await untilAborted(signal)
        } finally {
          await put.kept
          tidy = true
          report({ type: 'log-line', source: 'process', text: 'the table is clean' })
        }
      },
    })
    const morning = open([knead])
    await settled()
    morning.abort(new Error('stop'))
    await settled()
    expect(morning.order()).toEqual(['knead step-start'])
    put.keep()
    await expect(morning.outputs).rejects.toThrow('stop')
    expect(tidy).toBe(true)
    expect(morning.order()).toEqual(['knead step-start', 'knead log-line', 'knead step-cancel'])
  })

  it('ends a step that does not listen, and hears nothing of it from then on', async () => {
    let context: Context | undefined
    const sleep = work({
      id: 'sleep',
      run: (_, given) => {
        context = given as Context
        return forever()
      },
    })
    const morning = open([sleep])
    await settled()
    morning.abort(new Error('wake up'))
    await morning.clock.advance(5000)
    await expect(morning.outputs).rejects.toThrow('wake up')
    context?.report({ type: 'log-line', source: 'process', text: 'five more minutes' })
    context?.progress(1, 1, 'files')
    await expect(context?.save(undefined)).rejects.toThrow('wake up')
    expect(morning.order()).toEqual(['sleep step-start', 'sleep step-cancel'])
  })
})

describe('a time limit', () => {
  it('fails the step and tells how long it had', async () => {
    const proof = work({ id: 'proof', title: 'Proof', timeLimit: 90_000, run: (_, { signal }) => untilAborted(signal) })
    const morning = open([proof])
    await morning.clock.advance(89_999)
    expect(morning.order()).toEqual(['proof step-start'])
    await morning.clock.advance(1)
    const failure = { code: 'step-timeout', step: 'proof', retryable: true, message: '"Proof" took longer than 90 s.' }
    await expect(morning.outputs).rejects.toMatchObject(failure)
    expect(morning.order()).toEqual(['proof step-start', 'proof step-error'])
  })

  it('holds for a step that does not listen', async () => {
    const morning = open([work({ id: 'proof', timeLimit: 600_000, run: forever })])
    await morning.clock.advance(605_000)
    await expect(morning.outputs).rejects.toThrow('longer than 10 minutes')
  })
})

describe('what a step left outside', () => {
  const order = z.object({ tray: z.number() })

  it.each([
    ['an abort', 'step-cancel'],
    ['a failure', 'step-error'],
  ])('is called off after %s, with the checkpoint and a signal of its own', async (what, ending) => {
    const called: unknown[] = []
    const bake = work({
      id: 'bake',
      checkpoint: order,
      run: async (_, { save, signal }) => {
        await save({ tray: 1 })
        await save({ tray: 2 })
        if (what === 'a failure') throw burnt()
        return untilAborted(signal)
      },
      cancel: async (checkpoint, { signal, report }) => {
        called.push(checkpoint, signal.aborted)
        report({ type: 'log-line', source: 'provider', text: 'called off' })
      },
    })
    const morning = open([bake])
    await settled()
    if (what === 'an abort') morning.abort(new Error('stop'))
    await expect(morning.outputs).rejects.toThrow()
    expect(called).toEqual([{ tray: 2 }, false])
    expect(morning.order()).toEqual(['bake step-start', 'bake log-line', `bake ${ending}`])
  })

  it('includes what was saved while the step wound down, and then the step goes no further', async () => {
    const called: unknown[] = []
    let further = false
    const ordered = promise()
    const bake = work({
      id: 'bake',
      checkpoint: order,
      run: async (_, { save }) => {
        await ordered.kept
        await save({ tray: 7 })
        further = true
      },
      cancel: async (checkpoint) => {
        called.push(checkpoint)
      },
    })
    const morning = open([bake])
    await settled()
    morning.abort(new Error('stop'))
    ordered.keep()
    await expect(morning.outputs).rejects.toThrow('stop')
    expect({ called, further }).toEqual({ called: [{ tray: 7 }], further: false })
  })

  it('is nothing where nothing was saved', async () => {
    const called: unknown[] = []
    const bake = work({
      id: 'bake',
      checkpoint: order,
      run: () => Promise.reject(burnt()),
      cancel: async (checkpoint) => {
        called.push(checkpoint)
      },
    })
    await expect(open([bake]).outputs).rejects.toThrow('black')
    expect(called).toEqual([])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('nobody answers')), 'nobody answers'],
    ['never ends', forever, 'longer than 10 s'],
  ])(
    'becomes a warning where calling it off %s; the first error stays the one that counts',
    async (_, cancel, said) => {
      const bake = work({
        id: 'bake',
        title: 'Bake',
        checkpoint: order,
        run: async (_inputs, { save }) => {
          await save({ tray: 1 })
          throw burnt()
        },
        cancel,
      })
      const morning = open([bake])
      await morning.clock.advance(10_000)
      await expect(morning.outputs).rejects.toMatchObject({ code: 'burnt' })
      expect(morning.order()).toEqual(['bake step-start', 'bake warning', 'bake step-error'])
      expect(morning.events[1]?.event).toMatchObject({
        message: expect.stringMatching(new RegExp(`"Bake" could not be canceled at the provider: .*${said}`)),
      })
    },
  )

  it('is known only by a checkpoint of the right shape', async () => {
    const bake = work({
      id: 'bake',
      checkpoint: order,
      run: async (_, context) => (context as Context).save({ tray: 'first' }),
    })
    await expect(open([bake]).outputs).rejects.toMatchObject({ code: 'unexpected', step: 'bake' })
  })
})

describe('progress', () => {
  const shown = (morning: ReturnType<typeof open>) =>
    morning.events.flatMap(({ event }) => (event.type === 'step-progress' ? [event.done] : []))

  it('is thinned out in time, but the last one is never lost', async () => {
    const bake = work({
      id: 'bake',
      run: async (_, { clock, progress }) => {
        for (let done = 1; done <= 995; done += 1) {
          progress(done, 1000, 'files')
          await clock.sleep(1)
        }
      },
    })
    const morning = open([bake])
    await morning.clock.advance(995)
    await morning.outputs
    expect(shown(morning)).toEqual([1, 101, 201, 301, 401, 501, 601, 701, 801, 901, 995])
    expect(morning.order().slice(-2)).toEqual(['bake step-progress', 'bake step-end'])
  })

  it.each([
    ['an error', 'step-error'],
    ['an abort', 'step-cancel'],
  ])('is complete before %s', async (what, ending) => {
    const bake = work({
      id: 'bake',
      run: async (_, { progress, signal }) => {
        for (const done of [1, 2, 3]) progress(done, 10, 'files')
        if (what === 'an error') throw burnt()
        return untilAborted(signal)
      },
    })
    const morning = open([bake])
    await settled()
    if (what === 'an abort') morning.abort(new Error('stop'))
    await expect(morning.outputs).rejects.toThrow()
    expect(shown(morning)).toEqual([1, 3])
    expect(morning.order().slice(-2)).toEqual(['bake step-progress', `bake ${ending}`])
  })
})

describe('a thousand steps side by side', () => {
  it('leave no listeners behind and are no leak to Node', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const controller = new AbortController()
    const signals = new Set<AbortSignal>()
    const rolls = Array.from({ length: 1000 }, (_, index) =>
      work({
        id: `roll-${index}`,
        run: (_inputs, { clock, signal }) => {
          signals.add(signal)
          return clock.sleep(1000)
        },
      }),
    )
    const morning = open(rolls, { signal: controller.signal })
    await settled()
    expect(signals.size).toBe(1000)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    await morning.clock.advance(1000)
    await morning.outputs
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })
})
