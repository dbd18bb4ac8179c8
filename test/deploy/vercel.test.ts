import { afterEach, describe, expect, it } from 'vitest'
import { vercel } from '../../src/targets/vercel.js'
import { endOf, eventsOf, project, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

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

  it('publishes previews to a custom environment, at its address and at their own, and production as ever', async () => {
    stage = await startStage()
    const { emulator } = stage
    const { url: apiUrl } = emulator.vercel
    const start = (environment: 'preview' | 'production') => {
      const target = vercel({ auth: emulator.token, project: 'acme-shop', customEnvironment: 'staging', apiUrl })
      return stage.deploy({ git: undefined, targets: [target], environment })
    }
    const textOf = async (address: string | null | undefined) => (await emulator.fetch(address ?? '')).text()
    const make = async (slug: string) => {
      const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
      const path = '/v9/projects/acme-shop/custom-environments'
      const made = await emulator.fetch(apiUrl + path, { method: 'POST', headers, body: JSON.stringify({ slug }) })
      expect(made.status).toBe(201)
    }
    expect(await thrownBy(start('preview').done)).toMatchObject({ code: 'environment-missing' })
    expect(emulator.vercel.state.projects.size).toBe(0)

    const address = emulator.vercel.siteUrl('acme-shop')
    const old = await textOf((await start('production').done).releases[0]?.url)
    await make('qa')
    const refused = await thrownBy(start('preview').done)
    expect(refused).toMatchObject({ name: 'OptionsError', code: 'environment-missing' })
    expect(refused.message).toBe('The Vercel project acme-shop has no custom environment staging: it has qa.')

    await make('staging')
    await stage.write({ 'src/index.html': '<!doctype html><title>First</title>' })
    const [first] = (await start('preview').done).releases
    await stage.write({ 'src/index.html': '<!doctype html><title>Second</title>' })
    const [second] = (await start('preview').done).releases
    expect(second?.url).toBe(first?.url)
    expect(new Set([first?.url, first?.permalink, second?.permalink, address]).size).toBe(4)
    expect(await textOf(first?.permalink)).toContain('First')
    expect(await textOf(second?.permalink)).toContain('Second')
    expect(await textOf(second?.url)).toBe(await textOf(second?.permalink))
    expect(await textOf(address)).toBe(old)
  })

  it('calls a preview published that only members of the team may see, and says that it was not compared', async () => {
    stage = await startStage(project, { vercel: { protectPreviews: true } })
    const { emulator } = stage
    const start = (environment: 'preview' | 'production') => {
      const target = vercel({ auth: emulator.token, project: 'acme-shop', apiUrl: emulator.vercel.url })
      return stage.deploy({ git: undefined, targets: [target], environment })
    }
    const { verifications } = await start('production').done
    expect(verifications[0]?.compared).toBeGreaterThanOrEqual(3)

    await stage.write({ 'src/index.html': '<!doctype html><title>The new shop</title>' })
    const preview = start('preview')
    const events = await eventsOf(preview)
    expect(endOf(events)).toMatchObject({ outcome: 'success', result: { verifications: [{ compared: 0 }] } })
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'preview-hidden' }))
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'step-end',
        step: 'verify-vercel',
        summary: 'not compared: it is shown only to those who are signed in',
      }),
    )
  })
})
