/** The emulator has another token, or this page has none. */
export type ConnectionState = 'connected' | 'lost' | 'locked'

/** What the page asks the emulator. */
export interface Connection {
  /** Reads JSON. @returns `undefined` where the emulator can't be reached or does not know the token, which `onState` is told */
  read<Value>(path: string): Promise<Value | undefined>
  /** @throws where it was not done */
  post(path: string): Promise<void>
  /** Listens from now on, and again after each loss. */
  listen(onChange: () => void): void
}

/** Makes a connection. */
export function createConnection(token: string, onState: (state: ConnectionState) => void): Connection {
  const retryAfter = 1_000
  let state: ConnectionState | undefined
  const enter = (next: ConnectionState): void => {
    if (state === next) return
    state = next
    onState(next)
  }
  /** What goes wrong here is the connection: the emulator has ended, or begins anew. Whoever looks is told so, and it is asked again. */
  const orLost = async <Value>(asking: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await asking
    } catch {
      enter('lost')
      return undefined
    }
  }
  const ask = async (path: string, method = 'GET'): Promise<Response | undefined> => {
    const response = await orLost(fetch(path, { method, headers: { Authorization: `Bearer ${token}` } }))
    if (response) enter(response.status === 401 ? 'locked' : 'connected')
    return response?.status === 401 ? undefined : response
  }

  const follow = async (onChange: () => void): Promise<void> => {
    const response = await ask('/events')
    const reader = response?.body?.getReader()
    while (reader && (await orLost(reader.read()))?.done === false) onChange()
    if (state === 'locked') return
    enter('lost')
    setTimeout(() => void follow(onChange), retryAfter)
  }

  return {
    read: async (path) => {
      const response = await ask(path)
      return response?.ok ? await orLost(response.json()) : undefined
    },
    post: async (path) => {
      const response = await ask(path, 'POST')
      if (!response?.ok) throw new Error(`The emulator did not do it${response ? ` (${response.status})` : ''}.`)
    },
    listen: (onChange) => void follow(onChange),
  }
}
