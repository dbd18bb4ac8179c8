import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPacer, yieldToPage } from '../../src/toolkit/yield-to-page.js'

describe('giving the page its turn', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it.each(['MessageChannel', 'setTimeout'])(
    'lets waiting tasks run first, by %s where that is all there is',
    async (way) => {
      vi.stubGlobal('scheduler', undefined)
      if (way === 'setTimeout') vi.stubGlobal('MessageChannel', undefined)
      let ran = false
      setImmediate(() => {
        ran = true
      })
      for (let turn = 0; turn < 3; turn += 1) await yieldToPage()
      expect(ran).toBe(true)
    },
  )

  it('uses the scheduler of the browser where there is one', async () => {
    const yielded = vi.fn(async () => undefined)
    vi.stubGlobal('scheduler', { yield: yielded })
    await yieldToPage()
    expect(yielded).toHaveBeenCalledOnce()
  })

  it('happens only once the block has lasted long enough', async () => {
    const yielded = vi.fn(async () => undefined)
    vi.stubGlobal('scheduler', { yield: yielded })
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const pause = createPacer(10)
    now.mockReturnValue(9)
    await pause()
    expect(yielded).not.toHaveBeenCalled()
    now.mockReturnValue(10)
    await pause()
    await pause()
    expect(yielded).toHaveBeenCalledOnce()
  })
})
