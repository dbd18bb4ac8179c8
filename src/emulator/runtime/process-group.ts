import { readdirSync, readFileSync } from 'node:fs'

/** How long a group has between SIGTERM and SIGKILL, in milliseconds. */
const grace = 2_000

/** Signals a process group. Tells whether there was one. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // Windows has no groups: only the process itself is reached there.
    return process.kill(process.platform === 'win32' ? leader : -leader, signal)
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

/** Asks a group to end, and makes it end when it doesn't. */
export function endGroup(leader: number): void {
  if (!signalGroup(leader, 'SIGTERM')) return
  setTimeout(() => signalGroup(leader, 'SIGKILL'), grace).unref()
}

/**
 * Kills all that a container has started: its groups, and on Linux also what has left them (daemons, shells in a terminal),
 * known by the container's own variable in their environment.
 */
export function killAll(leaders: Iterable<number>, mark: string): void {
  for (const leader of leaders) signalGroup(leader, 'SIGKILL')
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && hasMark(name, mark)) killOne(Number(name))
  }
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)
  } catch {
    // Another user's process, or one that has just ended: not ours.
    return false
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** macOS says EPERM of a group that only holds processes which have ended. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')
}
