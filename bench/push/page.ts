import { pushByIsomorphicGit } from './page-isomorphic-git.js'
import { pushByTabship } from './page-tabship.js'
import { changed, type SourceFile, sourceFiles } from './source-files.js'

/** Where the page pushes to. */
export interface PageTarget {
  /** `owner/name` */
  readonly repository: string
  readonly github: string
  readonly git: string
  /** `null`: straight to the server, which a page may only where the browser lets it. */
  readonly relay: string | null
  readonly token: string
}

/** What the page tells of one push. */
export interface PagePush {
  /** Milliseconds from the files in memory to the pushed commit. */
  readonly duration: number
  /** Milliseconds of its parts, by name. */
  readonly parts: Readonly<Record<string, number>>
  /** Bytes of the request with the pack. */
  readonly sent: number
}

/** A way to push that remembers what it needs for the next push to the same repository. */
export interface Pusher {
  /** Does beforehand what is not yet the push: the next one begins with what this has made. */
  collect?(files: readonly SourceFile[]): Promise<void>
  push(files: readonly SourceFile[], changes: readonly SourceFile[], target: PageTarget): Promise<PagePush>
  /** Forgets what it would be without in another browser. */
  forget?(): Promise<void>
}

/** What the page can be asked for. */
export interface PushPage {
  /** Makes the files. @returns their size in bytes */
  hold(count: number): number
  /** Changes one of them. */
  change(round: number): void
  push(by: 'tabship' | 'isomorphic-git', target: PageTarget): Promise<PagePush>
  /** Lets tabship do beforehand what is not yet the push. */
  collect(): Promise<void>
  forget(): Promise<void>
  /** Milliseconds of the longest task that blocked the page since this was asked last; 0 where none took 50 ms. */
  longestBlock(): Promise<number>
}

let files: SourceFile[] = []
let changes: SourceFile[] = []
const pushers = { tabship: pushByTabship(), 'isomorphic-git': pushByIsomorphicGit() }
let longest = 0
const note = (entries: readonly PerformanceEntry[]) => {
  for (const { duration } of entries) longest = Math.max(longest, duration)
}
const observer = new PerformanceObserver((list) => note(list.getEntries()))
observer.observe({ type: 'longtask' })

const page: PushPage = {
  hold(count) {
    files = sourceFiles(count)
    changes = files
    return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  },
  change(round) {
    const index = Math.floor(files.length / 2)
    const file = files[index]
    if (!file) throw new Error('there is no file to change')
    changes = [changed(file, round)]
    files.splice(index, 1, ...changes)
  },
  push: (by, target) => pushers[by].push(files, changes, target),
  collect: async () => {
    await pushers.tabship.collect?.(files)
  },
  forget: async () => {
    await pushers.tabship.forget?.()
  },
  async longestBlock() {
    // The browser hands entries over when it has nothing better to do.
    await new Promise((resolve) => setTimeout(resolve, 200))
    note(observer.takeRecords())
    const block = longest
    longest = 0
    return block
  },
}
Object.assign(globalThis, { pushPage: page })
