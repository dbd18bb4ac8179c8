import { readFile, writeFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'

/** Bytes that the processes of a browser came to hold at the most, above what they held when the watch began. */
export interface Growth {
  /** Those that run pages. */
  readonly pages: number
  /** All of them together, each at its own most: an upper bound of what they held at one time. */
  readonly all: number
}

/**
 * Watches the memory of a browser, as Linux counts it (proc(5): `VmHWM` is the most that a process held since `5` was written to
 * its `clear_refs`): of the heap, of buffers outside of it, and of what is not yet collected.
 */
export async function watchMemory(browser: Browser): Promise<() => Promise<Growth>> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const processes: { readonly id: number; readonly type: string; readonly before: number }[] = []
  for (const { id, type } of processInfo) {
    const before = await held(id, 'VmRSS')
    if (before === undefined) continue
    await writeFile(`/proc/${id}/clear_refs`, '5')
    processes.push({ id, type, before })
  }
  return async () => {
    const growth = { pages: 0, all: 0 }
    for (const { id, type, before } of processes) {
      const more = ((await held(id, 'VmHWM')) ?? before) - before
      growth.all += more
      if (type === 'renderer') growth.pages += more
    }
    return growth
  }
}

/** @returns bytes; `undefined` where the process has ended, as those do that a browser holds in reserve */
async function held(id: number, field: 'VmRSS' | 'VmHWM'): Promise<number | undefined> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
    throw error
  })
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}
