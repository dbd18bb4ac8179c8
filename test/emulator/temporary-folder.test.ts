import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../src/emulator/temporary-folder.ts', import.meta.url))

it('a temporary folder goes with the process that made it, however it ends by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tabship-test-'))
  for (const end of ['process.exit(0)', 'undefined', "throw new Error('on purpose')"]) {
    const program = `
      import { readdirSync } from 'node:fs'
      import { createTemporaryFolder } from ${JSON.stringify(main)}
      await createTemporaryFolder('tabship-made-')
      console.log(readdirSync(process.env.TMPDIR).filter((name) => name.startsWith('tabship-made-')).length)
      ${end}`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const env = { ...process.env, TMPDIR: folder }
    const run = promisify(execFile)(process.execPath, args, { env }).catch((error: { stdout: string }) => error)
    expect([end, (await run).stdout.trim()]).toEqual([end, '1'])
    expect((await readdir(folder)).filter((name) => name.startsWith('tabship-made-'))).toEqual([])
  }
  await rm(folder, { recursive: true })
})
