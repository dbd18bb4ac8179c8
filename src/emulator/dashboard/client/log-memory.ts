import type { RequestsView, RequestView } from '../state-view.js'
import type { Connection } from './connection.js'

/** What one reading has brought. */
export interface LogReading {
  /** Indices of those that are new or have changed. */
  readonly changed: readonly number[]
  /** Whether the log began anew, so that nothing that was known before counts. */
  readonly isAnew: boolean
  readonly hasMore: boolean
}

/** The requests that the page knows of. */
export interface LogMemory {
  /** The last ones, in order of arrival. */
  readonly requests: readonly RequestView[]
  /** Reads what is new, a page of it. @returns `undefined` where the emulator is not reached */
  read(): Promise<LogReading | undefined>
}

/** Makes a memory that knows nothing yet. */
export function createLogMemory(connection: Connection): LogMemory {
  const mostKept = 5_000
  let requests: RequestView[] = []
  let generation: number | undefined
  let next = -1

  const ask = (): Promise<RequestsView | undefined> => {
    const open = requests.filter(({ endedAt }) => endedAt === null).map(({ index }) => index)
    return connection.read<RequestsView>(`/requests?after=${next}&again=${open.slice(-100).join(',')}`)
  }

  return {
    get requests() {
      return requests
    },
    read: async () => {
      let page = await ask()
      const isAnew = page !== undefined && generation !== undefined && page.generation !== generation
      if (isAnew) {
        requests = []
        next = -1
        page = await ask()
      }
      if (!page) return undefined
      const changed = new Map(page.requests.map((request) => [request.index, request]))
      const known = new Set(requests.map(({ index }) => index))
      const added = page.requests.filter(({ index }) => !known.has(index))
      requests = [...requests.map((request) => changed.get(request.index) ?? request), ...added].slice(-mostKept)
      ;({ generation, next } = page)
      return { changed: [...changed.keys()], isAnew, hasMore: page.hasMore }
    },
  }
}
