import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { type DeploymentJson, type Files, inline, type ProjectJson } from './vercel-support.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await createEmulator()
})
afterEach(() => emulator.close())

async function call<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body> {
  const headers = { Authorization: `Bearer ${emulator.token}`, 'Content-Type': 'application/json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const text = await (await fetch(emulator.vercel.url + path, init)).text()
  return (text ? JSON.parse(text) : undefined) as Body
}

/** Follows a deployment's log to its end; gives its lines and the deployment. */
async function follow({ id }: { id: string }): Promise<{ lines: string[]; deployment: DeploymentJson }> {
  const headers = { Authorization: `Bearer ${emulator.token}` }
  const stream = await fetch(`${emulator.vercel.url}/v3/deployments/${id}/events?follow=1&builds=1`, { headers })
  const lines = (await stream.text()).trim().split('\n')
  const texts = lines.map((line) => (JSON.parse(line) as { payload: { text?: string } }).payload.text ?? '')
  return { lines: texts.filter(Boolean), deployment: await call<DeploymentJson>('GET', `/v13/deployments/${id}`) }
}

async function deploy(files: Files, more: Record<string, unknown> = {}): Promise<DeploymentJson> {
  const body = { name: 'shop', target: 'production', files: inline(files), ...more }
  return call<DeploymentJson>('POST', '/v13/deployments?skipAutoDetectionConfirmation=1', body)
}

const read = async (url: string): Promise<string> => (await emulator.fetch(url)).text()
const source: Files = {
  'package.json': JSON.stringify({ scripts: { build: 'node build.mjs' } }),
  'build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'
    console.log('building for ' + process.env.VERCEL_ENV)
    mkdirSync('dist')
    writeFileSync('dist/index.html', 'built with ' + process.env.GREETING)`,
}
const noInstall = { projectSettings: { installCommand: '' } }

describe('a build by the emulated Vercel', () => {
  it("runs the project's own commands with its variables, and serves what they leave", async () => {
    await call('POST', '/v11/projects', { name: 'shop' })
    const variable = { key: 'GREETING', value: 'care', type: 'encrypted', target: ['production'] }
    await call('POST', '/v10/projects/shop/env', variable)
    const { lines, deployment } = await follow(await deploy(source))
    expect(lines).toEqual(
      expect.arrayContaining(['Running "npm install"', 'Running "npm run build"', 'building for production']),
    )
    expect(deployment).toMatchObject({ readyState: 'READY', aliasAssigned: true })
    expect(await read(emulator.vercel.siteUrl('shop'))).toBe('built with care')
    expect((await emulator.fetch(`${emulator.vercel.siteUrl('shop')}/build.mjs`)).status).toBe(404)
  }, 60_000)

  it('may leave a Build Output tree, functions included', async () => {
    const tree: Files = {
      'build.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'
        const folder = '.vercel/output/functions/api.func'
        mkdirSync(folder, { recursive: true })
        writeFileSync('.vercel/output/config.json', '{"version":3}')
        writeFileSync(folder + '/.vc-config.json', JSON.stringify({ runtime: 'nodejs22.x', handler: 'a.mjs', launcherType: 'Nodejs' }))
        writeFileSync(folder + '/a.mjs', 'export const GET = () => new Response("from a function")')`,
    }
    const { deployment } = await follow(await deploy(tree, { projectSettings: { buildCommand: 'node build.mjs' } }))
    expect(deployment.readyState).toBe('READY')
    expect(await read(`${emulator.vercel.siteUrl('shop')}/api`)).toBe('from a function')
  }, 30_000)

  it('ends in an error with the command that failed, or the folder that is missing', async () => {
    const failing = { ...source, 'build.mjs': 'console.error("no luck"); process.exit(3)' }
    const { lines, deployment } = await follow(await deploy(failing, noInstall))
    expect(lines).toContain('no luck')
    expect(deployment).toMatchObject({ readyState: 'ERROR', errorMessage: 'Command "npm run build" exited with 3' })
    const empty = await follow(await deploy({ ...source, 'build.mjs': '' }, noInstall))
    expect(empty.deployment.errorCode).toBe('missing_output_directory')
  }, 30_000)

  it('is ended when the deployment is canceled', async () => {
    const files = { ...source, 'build.mjs': 'console.log("begun"); setInterval(() => undefined, 1000)' }
    const { id } = await deploy(files, noInstall)
    const following = follow({ id })
    await expect
      .poll(async () => JSON.stringify(await call('GET', `/v3/deployments/${id}/events`)), { timeout: 15_000 })
      .toContain('begun')
    await call('PATCH', `/v12/deployments/${id}/cancel`)
    expect((await following).deployment.readyState).toBe('CANCELED')
  }, 30_000)
})

describe('a project that is linked to a repository', () => {
  const author = { name: 'Owner', email: 'owner@example.com' }
  const commit = (content: string, branch = 'main'): Promise<string> =>
    emulator.github.state.commit({
      repository: 'owner/shop',
      branch,
      author,
      message: `Write ${content}`,
      files: { 'index.html': content },
    })

  beforeEach(async () => {
    await emulator.github.state.create(emulator.accounts.owner, 'shop')
    await commit('one')
    await call('POST', '/v11/projects', { name: 'shop' })
  })

  it('is deployed from a branch or a commit of it', async () => {
    const gitSource = { type: 'github', org: 'owner', repo: 'shop', ref: 'main' }
    const body = { name: 'shop', target: 'production', gitSource }
    const { deployment } = await follow(await call<DeploymentJson>('POST', '/v13/deployments', body))
    expect(deployment).toMatchObject({
      readyState: 'READY',
      gitSource: { ref: 'main', sha: await emulator.github.state.head('owner/shop') },
      meta: { githubCommitMessage: 'Write one' },
    })
    expect(await read(emulator.vercel.siteUrl('shop'))).toBe('one')
    const wrong = { ...body, gitSource: { ...gitSource, ref: 'absent' } }
    expect(await call('POST', '/v13/deployments', wrong)).toMatchObject({
      error: { code: 'incorrect_git_source_info' },
    })
  }, 30_000)

  it('is deployed by each push: its production branch to production, others as previews', async () => {
    const refused = await call('POST', '/v9/projects/shop/link', { type: 'github', repo: 'owner/absent' })
    expect(refused).toMatchObject({ error: { code: 'repo_not_found' } })
    const linked = await call<ProjectJson>('POST', '/v9/projects/shop/link', { type: 'github', repo: 'owner/shop' })
    expect(linked.link).toMatchObject({ type: 'github', org: 'owner', repo: 'shop', productionBranch: 'main' })
    await commit('two')
    await commit('draft', 'feature/cart')
    const deployments = [...emulator.vercel.state.deployments.values()]
    expect(deployments.map(({ target, meta }) => [target, meta.githubCommitRef])).toEqual([
      ['production', 'main'],
      [undefined, 'feature/cart'],
    ])
    for (const deployment of deployments) await follow(deployment)
    expect(await read(emulator.vercel.siteUrl('shop'))).toBe('two')
    expect(await read(emulator.vercel.siteUrl('shop-git-feature-cart-owner'))).toBe('draft')
    const unlinked = await call<ProjectJson>('DELETE', '/v9/projects/shop/link')
    expect(unlinked.link).toBeUndefined()
    await commit('three')
    expect(emulator.vercel.state.deployments.size).toBe(2)
  }, 30_000)
})
