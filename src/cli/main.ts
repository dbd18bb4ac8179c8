#!/usr/bin/env node
import { emulate, UsageError } from '../emulator/cli.js'

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { emulate }

try {
  const [name = '', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`Usage: tabship <${Object.keys(commands).join('|')}> [options]`)
  await command(args)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
