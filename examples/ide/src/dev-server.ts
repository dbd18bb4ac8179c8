import type { WebContainer, WebContainerProcess } from '@webcontainer/api'
import type { Terminals } from './terminals.js'

/** The project's own development server. */
export interface DevServer {
  /** Installs what is missing, starts the server, resolves when it ends. */
  run(): Promise<void>
  stop(): void
}

/** Makes a dev server that writes to its terminal; `onAddress` is told where it can be seen. */
export function createDevServer(
  container: WebContainer,
  terminals: Terminals,
  onAddress: (url: string | null) => void,
): DevServer {
  let current: WebContainerProcess | undefined
  let isStopped = true
  container.on('server-ready', (_port, url) => onAddress(url))

  const execute = async (command: string, args: string[]): Promise<number> => {
    if (isStopped) return 1
    terminals.write('Dev server', `\x1b[90m$ ${command} ${args.join(' ')}\x1b[0m\r\n`)
    current = await container.spawn(command, args, { terminal: terminals.size('Dev server') })
    const write = (data: string): void => terminals.write('Dev server', data)
    await current.output.pipeTo(new WritableStream({ write }))
    return current.exit
  }

  return {
    run: async () => {
      isStopped = false
      terminals.clear('Dev server')
      terminals.show('Dev server')
      const names = await container.fs.readdir('.')
      const installed = names.includes('node_modules') ? 0 : await execute('npm', ['install'])
      if (installed === 0) await execute('npm', ['run', 'dev'])
      onAddress(null)
    },
    stop: () => {
      isStopped = true
      current?.kill()
    },
  }
}
