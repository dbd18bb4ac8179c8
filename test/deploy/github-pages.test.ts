import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventSchema, initialState, memoryStorage, reduce, resume } from '../../src/index.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'

let stage: Stage

afterEach(() => stage.close())

const page = '<!doctype html><title>Shop</title><script src="./assets/app.js"></script>'

describe('a deployment to GitHub Pages', () => {
  it('makes the repository once, commits source and site to branches of it, and proves that it is live', async () => {
    stage = await startStage()
    await stage.write({ 'src/index.html': page, 'src/assets/app.js': 'console.log(1)' })
    const host = stage.github({ private: false })
    const deployment = stage.deploy({ git: host, targets: [githubPages({ host })] })
    const end = endOf(await eventsOf(deployment))
    expect(end).toMatchObject({ outcome: 'success' })
    const address = `${stage.emulator.pages.siteUrl('owner')}/shop/`
    expect(await deployment.done).toMatchObject({
      releases: [{ target: 'github-pages', url: address }],
      verifications: [{ target: 'github-pages', url: address, fallback: 'not-found-page' }],
    })
    expect(stage.emulator.github.state.repositories.map(({ name }) => name)).toEqual(['shop'])
    expect(await stage.emulator.github.state.head('owner/shop', 'main')).toMatch(/^[0-9a-f]{40}$/)
    expect(await (await stage.emulator.fetch(address)).text()).toBe(page)
  })

  it('goes live by a workflow where that is asked for, and is compared with what was built', async () => {
    stage = await startStage()
    await stage.write({ 'src/index.html': page, 'src/assets/app.js': 'console.log(1)' })
    const deployOnce = () => {
      const host = stage.github({ private: false })
      return stage.deploy({ git: host, targets: [githubPages({ host, mode: 'workflow' })] })
    }
    const deployment = deployOnce()
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event)
    const address = `${stage.emulator.pages.siteUrl('owner')}/shop/`
    const { releases, verifications } = await deployment.done
    expect(releases).toMatchObject([{ target: 'github-pages', url: address }])
    expect(verifications).toMatchObject([{ target: 'github-pages', url: address, compared: expect.any(Number) }])
    expect(verifications[0]?.compared).toBeGreaterThan(2)
    const types = events.filter(({ step }) => step === 'publish-github-pages').map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['run-start', 'run-job', 'run-step', 'release-create']))
    const { runs } = events.reduce(reduce, initialState)
    expect(runs).toMatchObject([{ step: 'publish-github-pages', jobs: [{ conclusion: 'success' }] }])
    await stage.write({ 'src/index.html': page.replace('Shop', 'The new shop') })
    await deployOnce().done
    expect(await (await stage.emulator.fetch(address)).text()).toContain('The new shop')
    expect(stage.emulator.github.state.actions.runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success'])
  })

  it('stops the run where it is canceled, and what is resumed starts it again', async () => {
    stage = await startStage()
    await stage.write({ 'src/index.html': page, 'src/assets/app.js': 'console.log(1)' })
    const storage = memoryStorage()
    const host = () => stage.github({ private: false })
    const optionsOf = (git: ReturnType<typeof host>) => ({
      storage,
      git,
      targets: [githubPages({ host: git, mode: 'workflow' as const })],
    })
    const deployment = stage.deploy(optionsOf(host()))
    for await (const event of deployment.events) if (event.type === 'run-start') deployment.cancel()
    const canceled = endOf(await eventsOf(deployment))
    expect(canceled.outcome === 'canceled' && canceled.error.details).toMatchObject({
      done: expect.arrayContaining([expect.stringMatching(/^started the publication http.*\/actions\/runs\/\d+$/)]),
      stopping: [expect.stringMatching(/\/actions\/runs\/\d+$/)],
    })
    const { runs } = stage.emulator.github.state.actions
    await vi.waitFor(() => expect(runs.map(({ conclusion }) => conclusion)).toEqual(['cancelled']))
    const git = host()
    const { container, emulator } = stage
    const again = resume(deployment.id, {
      ...{ container, fetch: emulator.fetch },
      ...optionsOf(git),
    })
    const resumed = await eventsOf(again)
    expect(endOf(resumed)).toMatchObject({ outcome: 'success' })
    expect(runs.map(({ attempt, conclusion }) => [attempt, conclusion])).toEqual([[2, 'success']])
  })
})
