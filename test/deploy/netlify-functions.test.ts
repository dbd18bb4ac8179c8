import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStorage, resume } from '../../src/index.js'
import { endOf, eventsOf, project, type Stage, startStage } from '../support/stage.js'

const functions = {
  'netlify.toml': '[functions.nightly]\nschedule = "@daily"\n',
  'netlify/functions/hello.mjs': `
    export default async (request) => new Response(request.method + new URL(request.url).search + await request.text())
    export const config = { path: '/api/hello' }
  `,
  'netlify/functions/classic.js': `
    exports.handler = async ({ path, queryStringParameters }) =>
      ({ statusCode: 201, body: path + ' ' + queryStringParameters.name })
  `,
  'netlify/functions/nightly.mjs': 'export default async () => new Response("done")',
  'src/_redirects': '/old/* /.netlify/functions/classic?name=rule 200\n/* /index.html 200\n',
}
const packer = 'node_modules/@netlify/zip-it-and-ship-it'
/** The tool as the project's own: what runs is the real one of this repository. */
const tool = {
  [`${packer}/package.json`]: JSON.stringify({ type: 'module', bin: { 'zip-it-and-ship-it': './bin.js' } }),
  [`${packer}/bin.js`]: `import ${JSON.stringify(new URL(`../../${packer}/bin.js`, import.meta.url).href)}`,
}

/** An archive of `ready.js`, a handler that answers `ready`. */
const readyZip =
  'UEsDBBQAAAAAAAAAIQDXrAdJOAAAADgAAAAIAAAAcmVhZHkuanNleHBvcnRzLmhhbmRsZXI9YXN5bmMoKT0+KHtzdGF0dXNDb2RlOjIwMCxib2R5OidyZWFkeSd9KVBLAQIUAxQAAAAAAAAAIQDXrAdJOAAAADgAAAAIAAAAAAAAAAAAAACAAQAAAAByZWFkeS5qc1BLBQYAAAAAAQABADYAAABeAAAAAAA='

let stage: Stage
beforeEach(async () => {
  stage = await startStage({ ...project, ...functions, ...tool })
})
afterEach(() => stage.close())

const answerAt = async (path: string, init?: RequestInit) => {
  const response = await stage.emulator.fetch(stage.emulator.netlify.siteUrl('acme-shop') + path, init)
  return `${response.status} ${await response.text()}`
}
const sentFunctions = () =>
  stage.emulator.requests
    .filter(({ method, path }) => method === 'PUT' && path.includes('/functions/'))
    .map(({ path, status }) => `${/functions\/(\w+)/.exec(path)?.[1]} ${status}`)

describe('functions of a project on Netlify', () => {
  it('are packed by the tool of Netlify, sent where they are lacking, scheduled, and answer', async () => {
    const { emulator } = stage
    emulator.faults.add({ path: /\/functions\/hello/, times: 1, fault: { kind: 'reset-before' } })
    const deployment = stage.deploy({ git: undefined })
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    expect(events.find(({ step, type }) => step === 'collect' && type === 'step-end')).toMatchObject({
      summary: expect.stringMatching(/and 3 functions$/),
    })
    expect(await answerAt('/api/hello?x=1', { method: 'POST', body: 'body' })).toBe('200 POST?x=1body')
    expect(await answerAt('/.netlify/functions/classic/more?name=Ada')).toBe('201 /.netlify/functions/classic/more Ada')
    expect(await answerAt('/old/page')).toBe('201 /old/page rule')
    expect(await answerAt('/')).toMatch(/^200 .*Shop/)
    const [first] = [...emulator.netlify.state.deploys.values()]
    expect(first?.functions?.schedules).toEqual([{ name: 'nightly', cron: '@daily' }])
    expect([...(first?.functions?.runtimes.values() ?? [])]).toContain('nodejs22.x')
    expect(sentFunctions().sort()).toEqual(['classic 200', 'hello 200', 'hello null', 'nightly 200'])

    // Of the next deployment only the function that has changed is lacking, and its archive is sent by a run without a container.
    emulator.clearRequests()
    const storage = memoryStorage()
    await stage.write({ 'netlify/functions/nightly.mjs': 'export default async () => new Response("changed")' })
    emulator.faults.add({ path: /\/functions\/nightly/, times: 1, fault: { kind: 'expired-token' } })
    const second = stage.deploy({ git: undefined, storage })
    expect(await second.done.catch((thrown: unknown) => thrown)).toMatchObject({ step: 'publish-netlify' })
    const resumed = resume(second.id, { targets: [stage.netlify()], storage, fetch: emulator.fetch })
    expect((await resumed.done).releases[0]?.uploaded.files).toBe(1)
    expect(sentFunctions()).toEqual(['nightly 401', 'nightly 200'])
    expect(await answerAt('/api/hello?x=2')).toBe('200 GET?x=2')
  })
})

describe('what a build leaves for Netlify', () => {
  const framework = (more: string) => ({
    ...tool,
    ...project,
    'build.mjs': `
      import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
      cpSync('src', 'dist', { recursive: true })
      const write = (path, text) => {
        mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true })
        writeFileSync(path, text)
      }
      ${more}
    `,
    'src/index.html': null,
  })
  const server = `write('.netlify/v1/functions/server.mjs', \`
    export default async (request) => new Response('rendered ' + new URL(request.url).pathname)
    export const config = { path: '/*', preferStatic: true }
  \`)`

  it('renders pages where there is no file, and is not mixed with what an earlier build left', async () => {
    await stage.write(framework(server))
    await stage.write({ '.netlify/functions/manifest.json': '{"functions":[]}', netlify: null })
    const { verifications } = await stage.deploy({ git: undefined }).done
    expect(verifications).toMatchObject([{ fallback: 'server', compared: 2 }])
    expect(await answerAt('/')).toBe('200 rendered /')
    expect(await answerAt('/some/page')).toBe('200 rendered /some/page')
    expect(await answerAt('/assets/app-91bc.js')).toBe('200 console.log("shop")')
  })

  it('is refused where it has edge functions that are still to be bundled', async () => {
    await stage.write(framework("write('.netlify/v1/edge-functions/guard.js', 'export default () => 1')"))
    const error = await stage.deploy({ git: undefined }).done.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'edge-functions-unbundled', hint: expect.stringContaining("'provider'") })
  })

  it('goes along with edge functions and archives that are ready', async () => {
    const bundled = `
      write('.netlify/edge-functions-dist/manifest.json', '{"bundles":[]}')
      write('.netlify/functions/ready.zip', Buffer.from('${readyZip}', 'base64'))
      write('.netlify/functions/manifest.json', JSON.stringify({ version: 1, functions: [
        { name: 'ready', path: '/elsewhere/.netlify/functions/ready.zip', runtime: 'js', timeout: 26, displayName: 'Ready' },
      ] }))
      write('dist/index.html', '<title>Shop</title>')
    `
    await stage.write(framework(bundled))
    const { verifications } = await stage.deploy({ git: undefined }).done
    expect(verifications).toMatchObject([{ fallback: 'spa', compared: 3 }])
    const [deploy] = [...stage.emulator.netlify.state.deploys.values()]
    expect([...(deploy?.files?.keys() ?? [])]).toContain('.netlify/internal/edge-functions/manifest.json')
    expect(deploy?.functions?.configs).toEqual({ ready: { display_name: 'Ready' } })
    expect(await answerAt('/.netlify/functions/ready')).toBe('200 ready')
    expect(stage.emulator.requests.some(({ path }) => path.endsWith('/functions/ready?runtime=js&timeout=26'))).toBe(
      true,
    )
  })
})
