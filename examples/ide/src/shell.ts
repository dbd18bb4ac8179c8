import type { WebContainer } from '@webcontainer/api'
import type { Terminals } from './terminals.js'

/** Milliseconds without output after which the files may have changed. */
const quiet = 500

/** Runs the container's shell in its terminal, and starts it again when it ends. Rejects when the container is lost. */
export async function runShell(container: WebContainer, terminals: Terminals, onQuiet: () => void): Promise<void> {
  const shell = await container.spawn('jsh', { terminal: terminals.size('Shell') })
  const input = shell.input.getWriter()
  // Where the container is lost its exit tells: what was typed or resized meanwhile needn't.
  let hasEnded = false
  let timer: ReturnType<typeof setTimeout> | undefined
  terminals.onData('Shell', (data) => {
    if (!hasEnded) input.write(data).catch((error: unknown) => terminals.write('Shell', String(error)))
  })
  terminals.onResize((size) => {
    if (!hasEnded) shell.resize(size)
  })
  const output = shell.output.pipeTo(
    new WritableStream({
      write: (data) => {
        terminals.write('Shell', data)
        clearTimeout(timer)
        timer = setTimeout(onQuiet, quiet)
      },
    }),
  )
  await Promise.all([shell.exit, output]).finally(() => {
    hasEnded = true
  })
  terminals.write('Shell', '\r\n[ended]\r\n')
  await runShell(container, terminals, onQuiet)
}
