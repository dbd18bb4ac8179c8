import type { DeploymentStorage } from './spec/storage.js'

let browsers: Promise<DeploymentStorage> | undefined

/**
 * The storage of who gives none: in a page the browser's, one for the whole page; where there is none, memory that ends with what
 * uses it.
 */
export async function defaultStorage(): Promise<DeploymentStorage> {
  if (!('indexedDB' in globalThis)) return (await import('./memory-storage.js')).memoryStorage()
  browsers ??= import('./browser-storage.js').then(({ browserStorage }) => browserStorage())
  return browsers
}
