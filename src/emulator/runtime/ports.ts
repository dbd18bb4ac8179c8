import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod/mini'

/** A port on which a process of the container listens. */
export interface ListeningPort {
  readonly port: number
  /** Where it can be reached, for example `127.0.0.1` or `::1`. */
  readonly host: string
}

/** Told when a process starts or stops to listen. */
export type ListeningListener = (type: 'open' | 'close', port: ListeningPort) => void

/** Watches the ports of Node processes that are started with `nodeOptions`. */
export interface PortWatch {
  readonly nodeOptions: string
  close(): Promise<void>
}

const reportSchema = z.object({ type: z.enum(['open', 'close']), port: z.number(), host: z.string() })

/**
 * Watches for listening servers by a preload that every Node process of the container runs: it reports over a socket that
 * stays open as long as the process lives, so that a killed process closes its ports too. It works alike on all systems;
 * servers that are not Node's are not seen.
 */
export async function watchPorts(root: string, listener: ListeningListener): Promise<PortWatch> {
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${root.replaceAll(/\W/g, '-')}` : join(root, 'ports')
  const preload = join(root, 'preload.cjs')
  await writeFile(preload, preloadSource(address))

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    followProcess(socket, listener)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, resolve)
  })
  return {
    nodeOptions: `--require ${JSON.stringify(preload)}`,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** One process: what it says, and at its end the closing of what it left open. */
function followProcess(socket: Socket, listener: ListeningListener): void {
  const open = new Map<number, ListeningPort>()
  // A process that is killed resets its socket; 'close' follows and says all that matters.
  socket.on('error', () => socket.destroy())
  createInterface({ input: socket }).on('line', (line) => {
    const report = parseReport(line)
    if (!report || open.has(report.port) === (report.type === 'open')) return
    const { type, port, host } = report
    if (type === 'open') open.set(port, { port, host })
    else open.delete(port)
    listener(type, { port, host })
  })
  socket.once('close', () => {
    for (const port of open.values()) listener('close', port)
  })
}

/** Gives nothing for a line that a kill has cut short. */
function parseReport(line: string): z.infer<typeof reportSchema> | undefined {
  try {
    return reportSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

function preloadSource(address: string): string {
  return `'use strict'
const net = require('node:net')
const seen = new WeakSet()
const listen = net.Server.prototype.listen
let socket
function report(type, { port, address }) {
  if (!socket) {
    socket = net.connect(${JSON.stringify(address)})
    socket.unref()
    socket.on('error', () => socket.destroy())
    // The container is gone, however it went: so is its server.
    socket.on('close', () => process.exit(143))
  }
  const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address
  socket.write(JSON.stringify({ type, port, host }) + '\\n')
}
net.Server.prototype.listen = function (...parameters) {
  if (!seen.has(this)) {
    seen.add(this)
    let open
    this.on('listening', () => {
      const address = this.address()
      if (address === null || typeof address !== 'object') return
      open = address
      report('open', open)
    })
    this.on('close', () => {
      if (open) report('close', open)
      open = undefined
    })
  }
  return listen.apply(this, parameters)
}
`
}
