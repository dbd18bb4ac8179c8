import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../src/spec/artifact.js'
import type { Context } from '../../src/spec/context.js'
import type { EventBody } from '../../src/spec/event.js'
import { sha1 } from '../../src/toolkit/sha1.js'
import { type UploadMissing, uploadMissing } from '../../src/toolkit/upload-missing.js'
import { memoryCache, testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { simulatedClock } from '../support/simulated-clock.js'

async function artifact(path: string, text: string): Promise<Artifact> {
  const bytes = new TextEncoder().encode(text)
  const read = async () => bytes.slice()
  return { path, size: bytes.length, mode: '100644', sha1: await sha1(bytes), oid: '', read }
}

/** Uploads what is missing of these files to a host that keeps what it gets. */
async function upload(
  artifacts: readonly Artifact[],
  missing: readonly string[],
  change: Partial<UploadMissing> = {},
  signal = new AbortController().signal,
) {
  const events: EventBody[] = []
  const progress: [number, number][] = []
  const arrived: [string, string][] = []
  const context: Context = {
    signal,
    clock: simulatedClock(),
    request: () => Promise.reject(new Error('not used here')),
    relay: false,
    cache: memoryCache(),
    again: false,
    saved: undefined,
    save: async () => undefined,
    report: (event) => events.push(event),
    progress: (done, total) => progress.push([done, total]),
  }
  const send: UploadMissing['send'] = async ({ path }, bytes) => {
    arrived.push([path, new TextDecoder().decode(bytes)])
  }
  const result = uploadMissing({ target: 'netlify', artifacts, missing, send, ...change }, context)
  result.catch(() => undefined) // each test looks at it when it likes
  return { result, events, progress, arrived }
}

describe('uploading what a host lacks', () => {
  it('sends one file for each digest, whatever number of files have it, large ones first', async () => {
    const files = [
      await artifact('a.txt', 'small'),
      await artifact('b.txt', 'the largest'),
      await artifact('copy.txt', 'small'),
      await artifact('there.txt', 'there already'),
      await artifact('empty', ''),
    ]
    const [small, large, , , empty] = files.map(({ sha1 }) => sha1)
    const missing = [small, empty, large, small].flatMap((digest) => digest ?? [])
    const { result, events, progress, arrived } = await upload(files, missing)
    expect(await result).toEqual({ files: 3, bytes: 16 })
    expect(arrived).toEqual([
      ['b.txt', 'the largest'],
      ['a.txt', 'small'],
      ['empty', ''],
    ])
    expect(events).toEqual([{ type: 'upload-start', target: 'netlify', files: 3, bytes: 16 }])
    expect(progress).toEqual([
      [11, 16],
      [16, 16],
      [16, 16],
    ])
  })

  it('sends nothing where nothing is missing', async () => {
    const { result, arrived } = await upload([await artifact('a.txt', 'a')], [])
    expect(await result).toEqual({ files: 0, bytes: 0 })
    expect(arrived).toEqual([])
  })

  it('sends nothing where a digest is asked for that no file has', async () => {
    const file = await artifact('a.txt', 'a')
    const { result, arrived, events } = await upload([file], [file.sha1, 'f'.repeat(40)])
    await expect(result).rejects.toMatchObject({
      name: 'RequestError',
      code: 'reply-malformed',
      message: expect.stringContaining('f'.repeat(40)),
      details: { provider: 'netlify', digests: ['f'.repeat(40)] },
    })
    expect({ arrived, events }).toEqual({ arrived: [], events: [] })
  })

  it('ends with the first file that can not be sent or read', async () => {
    const file = await artifact('a.txt', 'a')
    const refused = await upload([file], [file.sha1], { send: () => Promise.reject(new Error('refused')) })
    await expect(refused.result).rejects.toThrow('refused')
    const gone: Artifact = { ...file, read: () => Promise.reject(new Error('gone')) }
    await expect((await upload([gone], [file.sha1])).result).rejects.toThrow('gone')
  })

  it('starts no more files after an abort', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, (_, index) => artifact(`${index}`, `text ${index}`)))
    const sent: string[] = []
    const reason = new Error('stop')
    const controller = new AbortController()
    const { result } = await upload(
      files,
      files.map(({ sha1 }) => sha1),
      {
        send: async ({ path }) => {
          sent.push(path)
          controller.abort(reason)
        },
      },
      controller.signal,
    )
    await expect(result).rejects.toBe(reason)
    expect(sent.length).toBeLessThanOrEqual(6)
  })

  /** Twelve files that take 0.3 s each, and what was saved of them, when. */
  async function saving(change: Partial<UploadMissing> = {}) {
    const clock = hurriedClock(0)
    const files = await Promise.all(Array.from({ length: 12 }, (_, index) => artifact(`${index}`, `text ${index}`)))
    const saved: [number, number][] = []
    let [underWay, most] = [0, 0]
    const saveSent = async (digests: readonly string[]): Promise<void> => {
      underWay += 1
      most = Math.max(most, underWay)
      await clock.sleep(1)
      expect(new Set(digests).size).toBe(digests.length)
      saved.push([clock.now(), digests.length])
      underWay -= 1
    }
    const digests = files.map(({ sha1 }) => sha1)
    const send = (): Promise<void> => clock.sleep(300)
    const context = testContext({ fetch, clock })
    const upload = { target: 'netlify', artifacts: files, missing: digests, send, saveSent, ...change }
    const error = await uploadMissing(upload, context).then(
      () => undefined,
      (error: unknown) => error,
    )
    return { saved, most, error, clock }
  }

  it('saves what has arrived, at most once a second, one at a time, and all of it at the end', async () => {
    const { saved, most, error, clock } = await saving()
    expect(error).toBeUndefined()
    expect(most).toBe(1)
    expect(saved.length).toBeGreaterThan(1)
    expect(saved.length).toBeLessThanOrEqual(clock.now() / 1000 + 1)
    const times = saved.slice(0, -1).map(([time]) => time)
    expect(times.every((time, index) => time - (times[index - 1] ?? 0) >= 1000)).toBe(true)
    expect(saved.at(-1)?.[1]).toBe(12)
    const counts = saved.map(([, digests]) => digests)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
  })

  it('saves what had arrived where a file fails, and says what failed', async () => {
    let sent = 0
    const send = async (): Promise<void> => {
      sent += 1
      if (sent > 4) throw new Error('refused')
    }
    const { saved, error } = await saving({ send })
    expect(error).toEqual(new Error('refused'))
    expect(saved.at(-1)?.[1]).toBe(4)
    const unsaved = await saving({ send, saveSent: () => Promise.reject(new Error('the disk is full')) })
    expect(unsaved.error).toEqual(new Error('refused'))
  })

  it('ends where what has arrived can not be saved', async () => {
    const { error } = await saving({ saveSent: () => Promise.reject(new Error('the disk is full')) })
    expect(error).toEqual(new Error('the disk is full'))
  })

  it('saves nothing where nothing was sent', async () => {
    expect((await saving({ missing: [] })).saved).toEqual([])
  })
})
