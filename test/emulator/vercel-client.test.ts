import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createDeployment } from '@vercel/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'

let emulator: Emulator
let folder: string

beforeEach(async () => {
  emulator = await createEmulator()
  folder = await mkdtemp(join(tmpdir(), 'tabship-vercel-'))
})
afterEach(async () => {
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

type ClientOptions = Parameters<typeof createDeployment>[0]

/** Lets Vercel's own client deploy the folder; gives the types of its events, and the deployment at the end. */
async function run(
  more: Partial<ClientOptions> = {},
  settings: object = {},
): Promise<{ types: string[]; url: string }> {
  const options = {
    apiUrl: emulator.vercel.url,
    token: emulator.token,
    path: folder,
    isDirectory: true,
    skipAutoDetectionConfirmation: true,
    ...more,
  } as ClientOptions
  const types: string[] = []
  let url = ''
  for await (const { type, payload } of createDeployment(options, {
    name: 'shop',
    target: 'production',
    ...settings,
  })) {
    if (type === 'error') throw new Error(JSON.stringify(payload))
    types.push(type)
    if (type === 'alias-assigned') url = (payload as { url: string }).url
  }
  return { types, url }
}

const paths = (method: string): string[] =>
  emulator.requests.filter((one) => one.provider === 'vercel' && one.method === method).map(({ path }) => path)
const read = async (url: string): Promise<string> => (await emulator.fetch(url)).text()

describe("Vercel's own client", () => {
  it('deploys a folder, and sends only what is missing the next time', async () => {
    const pages = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`page-${index}.html`, `page ${index}`]))
    await put({ 'index.html': 'one', 'style.css': 'body {}', ...pages })
    const { types, url } = await run()
    expect(types).toEqual(
      expect.arrayContaining(['hashes-calculated', 'file-count', 'created', 'ready', 'alias-assigned']),
    )
    expect(paths('POST').filter((path) => path.startsWith('/v2/files'))).toHaveLength(14)
    expect(await read(emulator.vercel.siteUrl('shop'))).toBe('one')
    expect(await read(`http://${url}/style.css`)).toBe('body {}')
    emulator.clearRequests()
    await put({ 'index.html': 'two' })
    await run()
    expect(paths('POST').filter((path) => path.startsWith('/v2/files'))).toHaveLength(1)
    expect(await read(emulator.vercel.siteUrl('shop'))).toBe('two')
    expect(emulator.requests.filter(({ status }) => (status ?? 500) >= 500)).toEqual([])
  }, 30_000)

  it('deploys what was built before, functions behind symbolic links included', async () => {
    await put({
      '.vercel/output/config.json': '{"version":3}',
      '.vercel/output/static/index.html': 'built',
      '.vercel/output/functions/api.func/.vc-config.json': JSON.stringify({
        runtime: 'nodejs22.x',
        handler: 'index.js',
        launcherType: 'Nodejs',
        shouldAddHelpers: true,
      }),
      '.vercel/output/functions/api.func/index.js':
        'module.exports = (request, response) => response.json({ ok: true })',
    })
    await symlink('api.func', join(folder, '.vercel/output/functions/other.func'))
    const { url } = await run({ prebuilt: true, vercelOutputDir: join(folder, '.vercel/output') })
    expect(paths('POST')[0]).toContain('prebuilt=1')
    expect(await read(`http://${url}/`)).toBe('built')
    expect(JSON.parse(await read(`http://${url}/other`))).toEqual({ ok: true })
  }, 30_000)

  it('is told what is wrong in a way that it understands', async () => {
    await put({ 'index.html': 'x' })
    await expect(run({ token: 'wrong' })).rejects.toThrow(/forbidden/)
    await expect(run({ skipAutoDetectionConfirmation: false })).rejects.toThrow(/missing_project_settings/)
    await expect(run({ teamId: 'team_none' })).rejects.toThrow(/forbidden/)
  }, 30_000)
})
