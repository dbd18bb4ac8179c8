import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApprovalChoice, type HostApproval, memoryStorage, resume } from '../../src/index.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
  await stage.write({ 'src/index.html': '<!doctype html><title>Shop</title>', 'src/_redirects': null })
})
afterEach(() => stage.close())

const guarded = () =>
  stage.github({ private: false, setup: { environments: { 'github-pages': { reviewers: ['owner'] } } } })
const answering = (choice: ApprovalChoice) => vi.fn((_: HostApproval) => choice)

describe('a publication that waits for an approval', () => {
  it('asks who may decide, and goes on or ends as is said', async () => {
    const publish = async (choice: ApprovalChoice) => {
      const host = guarded()
      const onApproval = answering(choice)
      const targets = [githubPages({ host, mode: 'workflow' })]
      const events = await eventsOf(stage.deploy({ git: host, targets, onApproval }))
      expect(onApproval.mock.calls).toMatchObject([[{ environments: ['github-pages'], canDecide: true }]])
      return events
    }
    const events = await publish('approve')
    expect(endOf(events).outcome).toBe('success')
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'approval-end', step: 'publish-github-pages', decision: 'approve' }),
    )
    await stage.write({ 'src/index.html': '<!doctype html><title>The new shop</title>' })
    expect(endOf(await publish('reject'))).toMatchObject({
      outcome: 'failure',
      error: { code: 'release-failed', details: { result: 'rejected' } },
    })
  })

  it('asks again when it is resumed', async () => {
    const storage = memoryStorage()
    const host = guarded()
    const first = stage.deploy({ git: host, targets: [githubPages({ host, mode: 'workflow' })], storage })
    for await (const event of first.events) if (event.type === 'approval-wait') first.cancel()
    const git = guarded()
    const onApproval = answering('approve')
    const { container, emulator } = stage
    const given = { container, fetch: emulator.fetch, storage, git, onApproval }
    const again = resume(first.id, { ...given, targets: [githubPages({ host: git, mode: 'workflow' })] })
    expect(endOf(await eventsOf(again)).outcome).toBe('success')
    expect(onApproval).toHaveBeenCalledTimes(1)
  })
})
