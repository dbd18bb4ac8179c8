#!/usr/bin/env node
import { emulate, UsageError } from '../emulator/cli.js'

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { emulate }

try {
  const [name = '', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const usage = `Usage: tabship <${Object.keys(commands).join('|')}> [options]; tabship <command> --help tells more`
  if (command) await command(args)
  else if (name === '--help') process.stdout.write(`${usage}\n`)
  else throw new UsageError(name === '' ? usage : `There is no command ${name}.\n${usage}`)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
