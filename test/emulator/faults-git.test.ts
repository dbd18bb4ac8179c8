import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/emulator/index.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { type FaultBench, startFaultBench } from './faults-support.js'

let bench: FaultBench
let git: NativeGit

afterEach(async () => {
  await bench.emulator.close()
  await git.close()
})

/** A repository with one commit that is not pushed, which a fault then hits. */
async function push(
  fault: Fault,
): Promise<{ error: unknown; head: string; remote: () => Promise<string | undefined> }> {
  bench = await startFaultBench()
  git = await startNativeGit()
  const remote = await bench.repository('shop')
  const folder = git.folder
  await git.run(folder, 'init', '--quiet', '--initial-branch=main')
  await writeFile(
    join(folder, 'index.html'),
    Uint8Array.from({ length: 300_000 }, (_, at) => (at * at * at) % 253),
  )
  await git.run(folder, 'add', '--all')
  const who = ['-c', 'user.name=Owner', '-c', 'user.email=owner@example.com']
  await git.run(folder, ...who, 'commit', '--quiet', '--message', 'First')
  await git.run(folder, 'remote', 'add', 'origin', remote)
  bench.emulator.faults.add({ provider: 'git', method: 'POST', times: 1, fault })
  const error = await git.run(folder, 'push', 'origin', 'main').then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const head = await git.run(folder, 'rev-parse', 'HEAD')
  return { error, head, remote: () => bench.emulator.github.state.head('owner/shop') }
}

describe('a fault at a push', () => {
  it.each<[Fault, boolean]>([
    [{ kind: 'refuse' }, false],
    [{ kind: 'reset-before' }, false],
    [{ kind: 'reset-after' }, true],
    [{ kind: 'status', status: 502 }, false],
    [{ kind: 'status', status: 502, carriedOut: true }, true],
    [{ kind: 'truncate' }, true],
    [{ kind: 'html' }, false],
    [{ kind: 'expired-token' }, false],
  ])('fails it, and it has or has not arrived: %o, %s', async (fault, arrived) => {
    const { error, head, remote } = await push(fault)
    expect(error).toBeInstanceOf(Error)
    expect(await remote()).toBe(arrived ? head : undefined)
    expect(bench.emulator.requests.at(-1)).toMatchObject({ provider: 'git', fault: fault.kind, carriedOut: arrived })
    await git.run(git.folder, 'push', 'origin', 'main')
    expect(await remote()).toBe(head)
    const { path } = bench.emulator.github.state.repository('owner/shop')
    await git.run(path, 'fsck', '--strict', '--full')
  })

  it('lets it succeed where the answer is only late', async () => {
    const { error, head, remote } = await push({ kind: 'slow', milliseconds: 5 })
    expect(error).toBeUndefined()
    expect(await remote()).toBe(head)
    const [pushed] = bench.emulator.requests.filter(({ method }) => method === 'POST')
    expect(pushed).toMatchObject({ path: '/owner/shop.git/git-receive-pack', status: 200 })
    expect(pushed?.bytes).toBeGreaterThan(1000)
  })
})
