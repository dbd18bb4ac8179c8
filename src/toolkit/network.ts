import type { Network } from '../spec/network.js'

/** The network as the browser knows it. Where nothing is known of it, as in Node, it is taken to be there. */
export function browserNetwork(): Network {
  return {
    get online() {
      return (globalThis.navigator as Partial<Navigator> | undefined)?.onLine !== false
    },
    watch(callback) {
      // A function of its own for each call, so that the same callback may be given twice.
      const call = () => callback()
      const target: Partial<EventTarget> = globalThis
      target.addEventListener?.('online', call)
      target.addEventListener?.('offline', call)
      return () => {
        target.removeEventListener?.('online', call)
        target.removeEventListener?.('offline', call)
      }
    },
  }
}
