import type { DeployOptions } from '../../src/index.js'
import { readStream, type Stream } from '../faults/check.js'
import { first, type Scenario } from '../faults/scenarios.js'
import type { World } from '../faults/world.js'

/** Without a repository: for what has nothing to do with one. */
export const publishing: Scenario = { ...first, name: 'publishing', publishOnly: true }

/** Deploys in a tab that is killed instead of sending a request. */
export async function interrupt(
  world: World,
  at: (method: string, path: string) => boolean,
  options: Partial<DeployOptions> = {},
): Promise<Stream> {
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (at(init?.method ?? 'GET', new URL(String(input)).pathname)) {
      tab.kill()
      return new Promise(() => undefined)
    }
    return world.lab.emulator.fetch(input, init)
  }
  const tab = world.openTab({ fetch })
  const stream = await readStream(world.deploy(tab, options), tab.dead)
  await world.lab.clock.calm()
  return stream
}

/** When the first file would be sent. */
export const atUpload = (method: string): boolean => method === 'PUT'

/** Deploys in a tab, to the end. */
export async function deployed(world: World, options: Partial<DeployOptions> = {}): Promise<Stream> {
  const tab = world.openTab()
  return readStream(world.deploy(tab, options), tab.dead)
}

/** Resumes in a tab, to the end. */
export async function resumed(world: World, options: Parameters<World['resume']>[1] = {}): Promise<Stream> {
  const tab = world.openTab()
  return readStream(world.resume(tab, options), tab.dead)
}

/** The error that a stream ended with. */
export function errorOf({ end }: Stream): { readonly name: string; readonly code: string; readonly message: string } {
  if (end === null || end.outcome === 'success')
    throw new Error('an error was expected, but it ended well or not at all')
  return end.error
}
