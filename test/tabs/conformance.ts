import type { Lock, Tabs } from '../../src/spec/tabs.js'

/** What all tabs must do. It runs where the tabs are, in Node or in a page, and only its facts travel. */
export interface TabsCase {
  readonly title: string
  run(tabs: Tabs): Promise<unknown>
  readonly facts: unknown
}

const never = (): AbortSignal => new AbortController().signal

/** A channel with a list of what it got. */
function listenTo(tabs: Tabs, name: string) {
  const got: unknown[] = []
  let wake = (): void => undefined
  const channel = tabs.open(name, (message) => {
    got.push(message)
    wake()
  })
  /** Resolves once so many messages have come. */
  const until = async (count: number): Promise<unknown[]> => {
    while (got.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return got
  }
  return { ...channel, got, until }
}

export const tabsCases: readonly TabsCase[] = [
  {
    title: 'give a lock that is free, once',
    async run(tabs) {
      const before = await tabs.isLocked('a')
      const [first, second, other] = await Promise.all([tabs.tryLock('a'), tabs.tryLock('a'), tabs.tryLock('b')])
      const during = await tabs.isLocked('a')
      first?.release()
      other?.release()
      return [before, first !== undefined, second === undefined, other !== undefined, during]
    },
    facts: [false, true, true, true, true],
  },
  {
    title: 'give a lock again at once after its release',
    async run(tabs) {
      const found: boolean[] = []
      for (let round = 0; round < 5; round += 1) {
        const lock = await tabs.tryLock('a')
        found.push(lock !== undefined, await tabs.isLocked('a'))
        lock?.release()
        found.push(await tabs.isLocked('a'))
        lock?.release()
      }
      return found
    },
    facts: Array.from({ length: 5 }, () => [true, true, false]).flat(),
  },
  {
    title: 'take a release twice for one, though another has the lock by then',
    async run(tabs) {
      const first = await tabs.lock('a', never())
      const waiting = tabs.lock('a', never())
      first.release()
      const second = await waiting
      first.release()
      const found = [await tabs.isLocked('a'), (await tabs.tryLock('a')) === undefined]
      second.release()
      return [...found, await tabs.isLocked('a')]
    },
    facts: [true, true, false],
  },
  {
    title: 'let those who wait for a lock have it in their order, and none who only tries',
    async run(tabs) {
      const order: unknown[] = []
      const first = await tabs.lock('a', never())
      const waiting = ['second', 'third'].map(async (name): Promise<void> => {
        const lock = await tabs.lock('a', never())
        order.push(name, (await tabs.tryLock('a')) === undefined)
        lock.release()
      })
      order.push('first')
      first.release()
      await Promise.all(waiting)
      return order
    },
    facts: ['first', 'second', true, 'third', true],
  },
  {
    title: 'let a wait be given up with the reason of its signal, and hand the lock to the next',
    async run(tabs) {
      const first = await tabs.lock('a', never())
      const controller = new AbortController()
      const second = tabs.lock('a', controller.signal).catch((reason: Error) => reason.message)
      const third = tabs.lock('a', never())
      controller.abort(new Error('no patience'))
      const reason = await second
      first.release()
      const lock = await third
      lock.release()
      return [reason, await tabs.isLocked('a')]
    },
    facts: ['no patience', false],
  },
  {
    title: 'give no lock to a signal that is aborted already, though it is free',
    async run(tabs) {
      const signal = AbortSignal.abort(new Error('too late'))
      const reason = await tabs.lock('a', signal).catch((error: Error) => error.message)
      return [reason, await tabs.isLocked('a')]
    },
    facts: ['too late', false],
  },
  {
    title: 'leave a lock where it is when the signal is aborted after it was had',
    async run(tabs) {
      const controller = new AbortController()
      const lock: Lock = await tabs.lock('a', controller.signal)
      controller.abort(new Error('too late'))
      const during = await tabs.isLocked('a')
      lock.release()
      return [during, await tabs.isLocked('a')]
    },
    facts: [true, false],
  },
  {
    title: 'bring messages to all other channels of the name, in order, and to none besides',
    async run(tabs) {
      const [one, two, three, other] = ['a', 'a', 'a', 'b'].map((name) => listenTo(tabs, name))
      if (!one || !two || !three || !other) throw new Error('unreachable')
      for (let number = 0; number < 50; number += 1) one.post(number)
      two.post('back')
      const sent = Array.from({ length: 50 }, (_, number) => number)
      const found = [await two.until(50), (await three.until(51)).filter((message) => message !== 'back')]
      const facts = [...found.map((got) => got.join() === sent.join()), await one.until(1), other.got]
      for (const channel of [one, two, three, other]) channel.close()
      return facts
    },
    facts: [true, true, ['back'], []],
  },
  {
    title: 'bring messages later, and as copies from the moment of posting',
    async run(tabs) {
      const [sender, first, second] = ['a', 'a', 'a'].map((name) => listenTo(tabs, name))
      if (!sender || !first || !second) throw new Error('unreachable')
      const message = { list: [1], when: new Date(0) }
      sender.post(message)
      message.list.push(2)
      const atOnce = first.got.length
      const got = (await first.until(1))[0] as typeof message
      got.list.push(3)
      const other = (await second.until(1))[0] as typeof message
      for (const channel of [sender, first, second]) channel.close()
      return [atOnce, got.when.toISOString(), other.list]
    },
    facts: [0, '1970-01-01T00:00:00.000Z', [1]],
  },
  {
    title: 'refuse a message that cannot be cloned, also where nobody listens',
    async run(tabs) {
      const channel = tabs.open('a', () => undefined)
      try {
        channel.post(() => 1)
        return 'posted'
      } catch (error) {
        return (error as Error).name
      } finally {
        channel.close()
      }
    },
    facts: 'DataCloneError',
  },
  {
    title: 'bring nothing to a channel that is closed, nor from it',
    async run(tabs) {
      const [sender, closed, open] = ['a', 'a', 'a'].map((name) => listenTo(tabs, name))
      if (!sender || !closed || !open) throw new Error('unreachable')
      sender.post('on its way')
      closed.close()
      closed.post('from the grave')
      closed.close()
      sender.post('last')
      const got = [...(await open.until(2))]
      sender.close()
      open.close()
      return [got, closed.got]
    },
    facts: [['on its way', 'last'], []],
  },
]
