/**
 * The program that starts git for the emulator, as text. A process is started by copying the page tables of the one that starts it
 * (fork(2)), which takes ten times as long from a process of hundreds of megabytes as from one that does nothing else. It ends with
 * who started it, for then the channel between them is gone.
 */
export const launcherProgram: string = `
const { spawn } = require('node:child_process')

const running = new Map()
const report = (message) => process.connected && process.send(message, () => undefined)

// An interrupt from the terminal goes to all: who started this ends it when there is no more to do.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined)
process.once('disconnect', () => process.exit())
process.on('message', (order) => {
  if (order.command === undefined) running.get(order.id)?.(order)
  else start(order)
})

function start({ id, command, options, input }) {
  const fail = ({ code, message }) => {
    running.delete(id)
    report({ id, type: 'failure', code, message })
  }
  let child
  try {
    child = spawn('git', command, options)
  } catch (error) {
    return fail(error)
  }
  const output = []
  const complaints = []
  const isWhole = input !== undefined
  let isStopped = false
  running.set(id, isWhole ? () => undefined : obey)
  child.once('error', fail)
  child.stderr.on('data', (bytes) => complaints.push(bytes))
  child.stdout.on('data', (bytes) => {
    if (isWhole) output.push(bytes)
    else if (!isStopped) {
      child.stdout.pause()
      report({ id, type: 'output', bytes })
    }
  })
  child.stdin.on('error', ({ code }) => isWhole || report({ id, type: 'refused', code }))
  if (isWhole) child.stdin.end(input)
  else child.stdout.pause()
  child.once('close', (code) => {
    if (!running.delete(id)) return
    report({ id, type: 'end', code, output: Buffer.concat(output), complaints: Buffer.concat(complaints) })
  })

  function obey({ type, bytes }) {
    if (type === 'more') child.stdout.resume()
    else if (type === 'input') child.stdin.write(bytes, (error) => error || report({ id, type: 'taken' }))
    else if (type === 'input-end') child.stdin.end()
    else if (type === 'stop') {
      isStopped = true
      child.stdout.resume()
      stop()
    }
  }

  function stop() {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    if (!options.detached) return child.kill()
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
}
`
