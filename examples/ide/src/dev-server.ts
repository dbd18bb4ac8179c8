import type { WebContainer, WebContainerProcess } from '@webcontainer/api'
import type { Terminals } from './terminals.js'

/** The project's own development server. */
export interface DevServer {
  /** Installs what is missing, starts the server, resolves when it ends. */
  run(): Promise<void>
  stop(): void
}

/** What the dev server tells. */
export interface DevServerListener {
  /** Where the server can be seen; `null` when it has ended. */
  address(url: string | null): void
  /** Whether dependencies are being installed: nobody else may do so at the same time. */
  installing(isInstalling: boolean): void
}

/** Makes a dev server that writes to its terminal. */
export function createDevServer(container: WebContainer, terminals: Terminals, listener: DevServerListener): DevServer {
  let current: WebContainerProcess | undefined
  let isStopped = true
  container.on('server-ready', (_port, url) => listener.address(url))

  const execute = async (command: string, args: string[]): Promise<number> => {
    if (isStopped) return 1
    terminals.write('Dev server', `\x1b[90m$ ${command} ${args.join(' ')}\x1b[0m\r\n`)
    current = await container.spawn(command, args, { terminal: terminals.size('Dev server') })
    if (isStopped) current.kill()
    const write = (data: string): void => terminals.write('Dev server', data)
    const [code] = await Promise.all([current.exit, current.output.pipeTo(new WritableStream({ write }))])
    return code
  }
  const install = async (): Promise<number> => {
    listener.installing(true)
    try {
      return (await isInstalled(container)) ? 0 : await execute('npm', ['install'])
    } finally {
      listener.installing(false)
    }
  }

  return {
    run: async () => {
      isStopped = false
      terminals.clear('Dev server')
      terminals.show('Dev server')
      try {
        if ((await install()) === 0) await execute('npm', ['run', 'dev'])
        terminals.write('Dev server', '\r\n\x1b[90m[ended]\x1b[0m\r\n')
      } finally {
        listener.address(null)
      }
    },
    stop: () => {
      isStopped = true
      current?.kill()
    },
  }
}

/** Whether npm has finished an installation: it writes this file last. A folder alone may be what was canceled half-way. */
async function isInstalled({ fs }: WebContainer): Promise<boolean> {
  const names = await fs.readdir('.')
  return names.includes('node_modules') && (await fs.readdir('node_modules')).includes('.package-lock.json')
}
