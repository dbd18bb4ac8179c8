/** What isomorphic-git offers. */
export type IsomorphicGit = typeof import('isomorphic-git')

/**
 * Loads isomorphic-git when a plan uses it. It expects Node's global `Buffer`; pages have none, so the well-known stand-in is
 * put there first, unless the page brought its own.
 */
export async function loadIsomorphicGit(): Promise<IsomorphicGit> {
  if (!('Buffer' in globalThis)) {
    const { Buffer } = await import('buffer')
    Object.assign(globalThis, { Buffer })
  }
  return import('isomorphic-git')
}
