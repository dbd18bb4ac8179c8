import { launchBrowser } from '../test/support/browser.js'
import { serveModule } from '../test/support/browser-module.js'
import { type NativeGit, startNativeGit } from '../test/support/native-git.js'
import { type EmulatorProcess, startEmulatorProcess } from './emulator-process.js'
import type { Benchmark, Peer } from './harness.js'
import { type BrowserPeer, browserPeer } from './push/browser-peer.js'
import { type NativePeer, nativePeer } from './push/native-peer.js'
import { sourceFiles } from './push/source-files.js'

const own = 'tabship'

/** What is the same for the first push and for that of a change. */
interface Kind {
  readonly name: string
  /** Whether there is a push before the measured one. */
  readonly again: boolean
  /** The most that the time of the first peer may be of native git's, at 10,000 files. */
  readonly wanted: number
}

/** From files in memory to the first commit of a repository at GitHub. */
export const firstPush = (count: number): Benchmark =>
  push(count, { name: `first push of ${count.toLocaleString('en')} files`, again: false, wanted: 0.5 })

/**
 * From the artifacts, one of which has changed, to the second commit. That they are collected is told by itself: a deployment
 * reads and hashes its files in any case. Nobody is told which one has changed, save isomorphic-git.
 */
export const changedPush = (count: number): Benchmark =>
  push(count, { name: `push of 1 changed of ${count.toLocaleString('en')} files`, again: true, wanted: 1.5 })

/**
 * Against the emulated GitHub, whose git is git itself, in a process of its own with the relay. Pages go through the relay, as
 * they must, and straight, where the browser is told not to mind, which shows what the relay costs; native git goes straight.
 * Each round has a repository of its own. Where memory is told, it is what the push adds to the files that the page holds.
 */
function push(count: number, kind: Kind): Benchmark {
  return {
    name: kind.name,
    unit: 'files',
    async open() {
      const emulator = await startEmulatorProcess()
      const module = await serveModule(new URL('./push/page.ts', import.meta.url), { minify: true })
      const browser = await launchBrowser()
      const lenient = await launchBrowser('--disable-web-security')
      const git = await startNativeGit()
      const pushed = new Map<string, string>()
      interface Manner {
        readonly straight?: boolean
        readonly forgetful?: boolean
        /** Whether the files are hashed within the measured time. */
        readonly hashes?: boolean
      }
      const page = (name: string, peer: BrowserPeer, manner: Manner = {}): Peer => {
        const { straight = false, forgetful = false, hashes = !kind.again } = manner
        let round = 0
        const begin = async (): Promise<string> => {
          const repository = await createRepository(emulator)
          const { github, git: server, relay, token } = emulator
          await peer.begin({ repository, github, git: server, relay: straight ? null : relay, token })
          return repository
        }
        return {
          name,
          async prepare() {
            pushed.set(name, await begin())
            if (kind.again) {
              await peer.push()
              await peer.change(++round)
              if (forgetful) await peer.forget()
            }
            if (!hashes) await peer.collect()
            await peer.settle()
          },
          async run() {
            const { duration, measured } = await peer.push()
            const work = { units: count, ...(duration !== undefined && { duration }), measured: measured ?? {} }
            if (name !== own || kind.again) return work
            await begin()
            return { ...work, measured: { ...work.measured, ...(await peer.pushCollected()) } }
          },
        }
      }
      const native = await nativePeer(git, sourceFiles(count))
      const ours = (straight = false) => browserPeer(straight ? lenient : browser, module, count, 'tabship')
      const peers = [
        page(own, ours()),
        ...(kind.again
          ? [
              page('tabship, hashing all files', ours(), { hashes: true }),
              page('tabship, which has forgotten', ours(), { forgetful: true }),
            ]
          : []),
        page('tabship, without the relay', ours(true), { straight: true }),
        page('isomorphic-git', browserPeer(browser, module, count, 'isomorphic-git'), { hashes: true }),
        nativeGit(native, { emulator, count, kind, pushed }),
      ]
      return {
        peers,
        verify: () => verify(git, emulator, pushed, native),
        async close() {
          await browser.close()
          await lenient.close()
          await module.close()
          await git.close()
          await emulator.close()
        },
      }
    },
  }
}

interface NativeOptions {
  readonly emulator: EmulatorProcess
  readonly count: number
  readonly kind: Kind
  /** The last repository of each peer. */
  readonly pushed: Map<string, string>
}

function nativeGit(native: NativePeer, { emulator, count, kind, pushed }: NativeOptions): Peer {
  const name = 'native git'
  let round = 0
  return {
    name,
    ...(count === 10_000 && { wanted: kind.wanted }),
    async prepare() {
      const repository = await createRepository(emulator)
      await native.begin(remote(emulator, repository))
      if (kind.again) {
        await native.push()
        await native.change(++round)
      }
      pushed.set(name, repository)
    },
    async run() {
      const work = await native.push()
      return { units: count, ...work, measured: { 'sent (KB)': (await native.sent()) / 1024 } }
    },
  }
}

let repositories = 0

/** @returns its full name */
async function createRepository({ github, token }: EmulatorProcess): Promise<string> {
  const response = await fetch(`${github}/user/repos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `bench-${++repositories}`, private: true }),
  })
  if (!response.ok) throw new Error(`no repository was made: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { full_name: string }).full_name
}

function remote({ git, token }: EmulatorProcess, repository: string): string {
  const url = new URL(`${git}/${repository}.git`)
  url.username = 'x-access-token'
  url.password = token
  return url.href
}

/** Throws where a repository is not sound, or holds another tree than native git made of the same files. */
async function verify(
  git: NativeGit,
  emulator: EmulatorProcess,
  pushed: ReadonlyMap<string, string>,
  native: NativePeer,
): Promise<void> {
  const expected = await native.tree()
  for (const [peer, repository] of pushed) {
    const name = `verified-${repository.replace('/', '-')}`
    await git.run(git.folder, 'clone', '--quiet', '--bare', remote(emulator, repository), name)
    await git.run(`${git.folder}/${name}`, 'fsck', '--strict', '--no-dangling')
    const tree = await git.run(`${git.folder}/${name}`, 'rev-parse', 'main^{tree}')
    if (tree !== expected) throw new Error(`the tree of ${peer} is ${tree}, that of native git ${expected}`)
  }
}
