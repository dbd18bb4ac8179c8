import { OptionsError } from './errors/options-error.js'
import { limitedStorage } from './limited-storage.js'
import type { DeploymentStorage } from './spec/storage.js'

let browsers: Promise<DeploymentStorage> | undefined

/** In a page the browser's storage, one for the whole page; where there is none, memory that ends with what uses it. */
async function defaultStorage(): Promise<DeploymentStorage> {
  if (!('indexedDB' in globalThis)) return (await import('./memory-storage.js')).memoryStorage()
  browsers ??= import('./browser-storage.js').then(({ browserStorage }) => browserStorage())
  return browsers
}

/**
 * The storage that a verb was given, or else the default one.
 * @throws OptionsError `options-invalid`
 */
export async function storageOf(
  options: { readonly storage?: DeploymentStorage | undefined },
  verb: string,
): Promise<DeploymentStorage> {
  const { storage, ...others } = (options ?? {}) as { readonly storage?: unknown; readonly signal?: unknown }
  const { signal: _signal, ...unknown } = others
  const [name] = Object.keys(unknown)
  if (name !== undefined) throw invalid(`Wrong options: there is no option ${verb}.${name}.`)
  if (storage === undefined) return limitedStorage(await defaultStorage())
  const { journal, tabs, openContents } = (storage ?? {}) as Partial<DeploymentStorage>
  const isStorage =
    typeof journal?.read === 'function' && typeof tabs?.open === 'function' && typeof openContents === 'function'
  if (isStorage) return limitedStorage(storage as DeploymentStorage)
  throw invalid(`Wrong options: ${verb}.storage: expected a storage, such as browserStorage().`)
}

function invalid(message: string): OptionsError {
  return new OptionsError({ code: 'options-invalid', message, hint: 'Correct the option.' })
}
