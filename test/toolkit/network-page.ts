import { browserNetwork } from '../../src/toolkit/network.js'

/** What the tests call in the page. */
export interface NetworkPage {
  online(): boolean
  /** What was seen at each change. */
  readonly seen: boolean[]
  stop(): void
}

declare global {
  var networkPage: NetworkPage
}

const network = browserNetwork()
const seen: boolean[] = []
const callback = (): void => {
  seen.push(network.online)
}
// The same callback twice is called twice, until each is stopped.
const stops = [network.watch(callback), network.watch(callback)]

const face: NetworkPage = {
  online: () => network.online,
  seen,
  stop: () => stops.pop()?.(),
}

Object.assign(globalThis, { networkPage: face })
