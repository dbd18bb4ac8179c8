import { afterEach, describe, expect, it } from 'vitest'
import { vercel } from '../../src/targets/vercel.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'

let stage: Stage

afterEach(() => stage.close())

describe('a deployment to Vercel', () => {
  it('makes the project once, publishes a preview and production, and proves that both are live', async () => {
    stage = await startStage()
    const { emulator } = stage
    const target = () => vercel({ auth: emulator.token, project: 'acme-shop', apiUrl: emulator.vercel.url })
    const first = stage.deploy({ targets: [target()] })
    expect(endOf(await eventsOf(first))).toMatchObject({ outcome: 'success' })
    const address = emulator.vercel.siteUrl('acme-shop')
    const { releases, verifications } = await first.done
    expect(releases).toMatchObject([{ target: 'vercel', environment: 'production', url: address }])
    expect(verifications).toMatchObject([{ target: 'vercel', url: address, fallback: 'spa' }])
    expect(verifications[0]?.compared).toBeGreaterThanOrEqual(3)

    await stage.write({ 'src/index.html': '<!doctype html><title>The new shop</title>' })
    const second = await stage.deploy({ targets: [target()], environment: 'preview' }).done
    const [preview] = second.releases
    expect(preview).toMatchObject({ environment: 'preview', permalink: preview?.url })
    expect(await (await emulator.fetch(preview?.url ?? '')).text()).toContain('The new shop')
    expect(await (await emulator.fetch(address)).text()).not.toContain('The new shop')
    expect(emulator.vercel.state.projects.size).toBe(1)
  })
})
