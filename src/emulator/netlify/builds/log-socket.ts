import { type WebSocket, WebSocketServer } from 'ws'
import type { Served } from '../../serve.js'
import type { NetlifyWorld } from '../call.js'
import type { BuildLine } from './state.js'

/** Path of the socket, as that of Netlify's own is. */
export const logPath = '/build/logs'

/** Answers the first message of a connection, which says whose log is asked for. */
export type TellLog = (connection: WebSocket, request: string) => void

/** Serves logs by WebSockets of the server that serves the API. */
export function serveLogs(served: Served, tell: TellLog): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 10_000 })
  served.onUpgrade((request, socket, head) => {
    if (request.url !== logPath) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      connection.on('error', () => connection.terminate())
      connection.once('message', (data) => tell(connection, String(data)))
    })
  })
}

/**
 * Tells the log of a build to whoever asks for it with a token, from its beginning and until the socket is closed. Netlify's own is
 * known by what its CLI does with it (`netlify logs:deploy`).
 */
export function tellLog(connection: WebSocket, request: string, { accounts, state }: NetlifyWorld): void {
  const { deploy_id: id, site_id: site, access_token: token } = parse(request)
  const credential = typeof token === 'string' ? accounts.authenticate(token) : undefined
  const deploy = state.deploys.get(String(id))
  const isSeen =
    deploy &&
    deploy.site.id === site &&
    credential &&
    accounts.accountsOf(credential.user).includes(deploy.site.account)
  if (!isSeen || !deploy.build) {
    connection.close(1008, 'Access Denied')
    return
  }
  const { build } = deploy
  const send = (line: BuildLine | undefined) => {
    const message = line
      ? { ts: new Date(line.at).toISOString(), type: 'stdout', section: line.section, message: line.message }
      : { type: 'report', section: 'building' }
    connection.send(JSON.stringify(message))
  }
  for (const line of build.lines) send(line)
  if (build.isDone) {
    send(undefined)
    return
  }
  build.listeners.add(send)
  connection.once('close', () => build.listeners.delete(send))
}

function parse(request: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(request)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
