import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { waivers } from '../../src/emulator/vercel/contract-waivers.js'
import { installClient } from '../support/clients.js'

const client = await installClient('vercel')
const title = client.missing === undefined ? 'has it' : `can't be installed: ${client.missing}`
const own = fileURLToPath(new URL('../../node_modules', import.meta.url))
const places = waivers.flatMap(({ what, written }) => (written ? [{ what, ...written }] : []))

/** The package of ours where it is one, and otherwise that of the CLI's installation. */
function codeOf(file: string): string {
  const ours = join(own, file)
  return readFileSync(existsSync(ours) ? ours : join(client.folder, file), 'utf8')
}

describe.skipIf(client.missing)(`the code that a waiver names, of a client that ${title}`, () => {
  it.each(places)('says $what', ({ file, text }) => {
    const pattern = new RegExp(text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '\\$\\{[^}]*\\}'))
    expect(pattern.test(codeOf(file)), `${file} has no ${text}`).toBe(true)
  })
})
