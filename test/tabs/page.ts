import type { Channel, Lock } from '../../src/spec/tabs.js'
import { browserTabs } from '../../src/tabs/browser-tabs.js'
import { tabsCases } from './conformance.js'

/** What the tests call in the page. */
export interface TabsPage {
  runCase(title: string): Promise<unknown>
  /** Takes the lock if it is free, and keeps it. */
  tryLock(name: string): Promise<boolean>
  /** Waits for the lock, and keeps it. */
  lock(name: string): Promise<void>
  release(name: string): void
  isLocked(name: string): Promise<boolean>
  /** Begins to listen. */
  listen(name: string): void
  post(name: string, ...messages: unknown[]): void
  /** Resolves with what was heard once it is so many. */
  heard(count: number): Promise<unknown[]>
}

declare global {
  var tabsPage: TabsPage
}

const tabs = browserTabs('test/')
const held = new Map<string, Lock>()
const channels = new Map<string, Channel>()
const messages: unknown[] = []
let wake = (): void => undefined

const face: TabsPage = {
  async runCase(title) {
    const index = tabsCases.findIndex((one) => one.title === title)
    return tabsCases[index]?.run(browserTabs(`case-${index}/`))
  },
  async tryLock(name) {
    const lock = await tabs.tryLock(name)
    if (lock) held.set(name, lock)
    return lock !== undefined
  },
  async lock(name) {
    held.set(name, await tabs.lock(name, new AbortController().signal))
  },
  release: (name) => held.get(name)?.release(),
  isLocked: tabs.isLocked,
  listen(name) {
    const channel = tabs.open(name, (message) => {
      messages.push(message)
      wake()
    })
    channels.set(name, channel)
  },
  post(name, ...sent) {
    for (const message of sent) channels.get(name)?.post(message)
  },
  async heard(count) {
    while (messages.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return messages
  },
}

Object.assign(globalThis, { tabsPage: face })
