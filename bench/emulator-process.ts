import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Where the emulated providers are; they run in a process of their own, so that their work is not measured as ours. */
export interface EmulatorProcess {
  readonly netlify: string
  /** GitHub's API. */
  readonly github: string
  /** GitHub's git. */
  readonly git: string
  readonly relay: string
  readonly token: string
  close(): Promise<void>
}

export async function startEmulatorProcess(): Promise<EmulatorProcess> {
  const arguments_ = ['--import', 'tsx', 'src/cli/main.ts', 'emulate', '--json']
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    ...(JSON.parse(line) as Omit<EmulatorProcess, 'close'>),
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
