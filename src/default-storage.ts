import type { DeploymentStorage } from './spec/storage.js'

/** The storage of who gives none: the browser's in a page; where there is none, memory that ends with what uses it. */
export async function defaultStorage(): Promise<DeploymentStorage> {
  if ('indexedDB' in globalThis) return (await import('./browser-storage.js')).browserStorage()
  return (await import('./memory-storage.js')).memoryStorage()
}
