import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { memoryTabs } from '../../src/tabs/memory-tabs.js'
import { tabsCases } from './conformance.js'

describe('tabs in memory', () => {
  it.each(tabsCases)('$title', async ({ run, facts }) => {
    expect(await run(memoryTabs())).toEqual(facts)
  })

  it('keep no process alive by a lock, a wait or a channel', async () => {
    const module = new URL('../../src/tabs/memory-tabs.ts', import.meta.url).href
    const script = `
      const { memoryTabs } = await import(${JSON.stringify(module)})
      const tabs = memoryTabs()
      const listening = tabs.open('a', (message) => process.stdout.write(message))
      tabs.open('a', () => undefined).post('heard')
      await tabs.lock('a', new AbortController().signal)
      void tabs.lock('a', new AbortController().signal)`
    const node = ['--import', 'tsx', '--input-type=module', '-e', script]
    expect((await promisify(execFile)(process.execPath, node, { timeout: 30_000 })).stdout).toBe('heard')
  })
})
