import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator, type LocalContainer } from '../../src/emulator/index.js'
import { type DeployOptions, deploy, memoryStorage, resume } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { endOf, eventsOf } from '../support/stage.js'
import { startSveltekit, sveltekitOptions } from '../support/sveltekit-project.js'

let emulator: Emulator
let container: LocalContainer

beforeAll(async () => {
  emulator = await createEmulator()
  container = await startSveltekit()
})
afterAll(async () => {
  await container.teardown()
  await emulator.close()
})

const target = () => vercel({ auth: emulator.token, project: 'rendered', apiUrl: emulator.vercel.url })
const begin = (options: Partial<DeployOptions> = {}) =>
  deploy({ container, fetch: emulator.fetch, project: sveltekitOptions, targets: [target()], ...options })
const textAt = async (path: string) => {
  const response = await emulator.fetch(emulator.vercel.siteUrl('rendered') + path)
  return `${response.status} ${await response.text()}`
}

describe('a SvelteKit project with the adapter for Vercel', () => {
  it('is published as the adapter leaves it, and renders pages', async () => {
    await container.fs.mkdir('.vercel/output/static', { recursive: true })
    await container.fs.writeFile('.vercel/output/static/stale.txt', 'of an earlier build')
    const deployment = begin()
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    const { verifications, plan } = await deployment.done
    expect(plan.warnings).toEqual([])
    expect(verifications).toMatchObject([{ fallback: 'server' }])
    expect(verifications[0]?.compared).toBeGreaterThanOrEqual(5)

    expect(await textAt('/?name=Ada')).toMatch(/^200 [\s\S]*<h1>Hello Ada<\/h1>/)
    expect(await textAt('/about')).toMatch(/^200 [\s\S]*<h1>About<\/h1>/)
    // A function that is a symbolic link to the other one.
    expect(await textAt('/__data.json')).toMatch(/^200 [\s\S]*everyone/)
    expect(await textAt('/robots.txt')).toBe('200 User-agent: *\n')
    expect(await textAt('/nowhere')).toMatch(/^404 [\s\S]*Not found/i)
    expect(await textAt('/stale.txt')).toMatch(/^404/)
  }, 180_000)

  it('is refused by hosts that can not run it, before anything is asked', async () => {
    emulator.clearRequests()
    const files = netlify({ auth: emulator.token, site: 'rendered', apiUrl: emulator.netlify.url })
    const error = await begin({ targets: [target(), files] }).done.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'target-mismatch',
      message:
        "SvelteKit builds for Vercel (svelte.config.js (@sveltejs/adapter-vercel)), so Netlify can't run what it makes.",
      hint: expect.stringContaining("build: { where: 'provider' }"),
    })
    expect(emulator.requests).toEqual([])
  })

  it('is published again as it stands, also by a later run without a container', async () => {
    const storage = memoryStorage()
    const asItStands = { ...sveltekitOptions, buildCommand: null, outputDirectory: '.vercel/output' }
    emulator.faults.add({ method: 'POST', path: /v13\/deployments/, times: 1, fault: { kind: 'expired-token' } })
    const first = begin({ project: asItStands, environment: 'preview', storage })
    expect(await first.done.catch((thrown: unknown) => thrown)).toMatchObject({ step: 'publish-vercel' })

    const again = resume(first.id, { targets: [target()], storage, fetch: emulator.fetch })
    const { releases, verifications } = await again.done
    expect(releases).toMatchObject([{ environment: 'preview', uploaded: { files: 0 } }])
    expect(verifications).toMatchObject([{ url: releases[0]?.url, fallback: 'server' }])
  })
})
