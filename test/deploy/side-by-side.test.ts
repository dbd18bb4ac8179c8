import { afterEach, expect, it } from 'vitest'
import { type DeploymentEvent, deploy, memoryStorage, resume } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'

let stage: Stage
afterEach(() => stage.close())

const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
const ends = (events: readonly DeploymentEvent[]): Record<string, string> =>
  Object.fromEntries(
    events.flatMap(({ type, step }) => (/^step-(end|error|cancel|skip)$/.test(type) ? [[step, type]] : [])),
  )

async function start() {
  const clock = hurriedClock()
  stage = await startStage({ 'index.html': 'hello' }, { clock })
  const { emulator, container } = stage
  const one = netlify({ auth: emulator.token, site: 'acme-shop', apiUrl: emulator.netlify.url })
  const other = vercel({ auth: emulator.token, project: 'acme-shop', apiUrl: emulator.vercel.url })
  const storage = memoryStorage()
  return { emulator, container, targets: [one, other], storage, options: { fetch: emulator.fetch, clock, storage } }
}

it('publishes one build on several targets side by side: read and hashed once', async () => {
  const { container, targets, emulator, options } = await start()
  const deployment = deploy({ container, project, targets, ...options })
  const events = await eventsOf(deployment)
  const { releases, verifications } = await deployment.done
  expect(releases.map(({ target }) => target)).toEqual(['netlify', 'vercel'])
  expect(verifications).toHaveLength(2)
  expect(events.filter(({ type }) => type === 'files-collect')).toHaveLength(1)
  for (const { url } of releases) expect(await (await emulator.fetch(url)).text()).toBe('hello')
})

it('lets the others come to their end where one fails, tells of each, and goes on with that one alone', async () => {
  const { container, targets, emulator, options } = await start()
  const mend = emulator.faults.add({
    provider: 'netlify',
    method: 'POST',
    path: /\/deploys\?/,
    fault: { kind: 'status', status: 500 },
  })
  const deployment = deploy({ container, project, targets, ...options })
  const events = await eventsOf(deployment)
  expect(ends(events)).toMatchObject({
    'publish-netlify': 'step-error',
    'publish-vercel': 'step-end',
    'verify-vercel': 'step-end',
  })
  expect(ends(events)).not.toHaveProperty('verify-netlify')
  const end = endOf(events)
  expect(end).toMatchObject({ outcome: 'failure', error: { step: 'publish-netlify', retryable: true } })
  expect(JSON.stringify(end)).toContain('vercel')
  expect(events.filter(({ type }) => type === 'release-create')).toMatchObject([{ release: { target: 'vercel' } }])

  mend()
  const made = emulator.vercel.state.deployments.size
  const again = resume(deployment.id, { targets, ...options })
  const { releases } = await again.done
  expect(releases.map(({ target }) => target)).toEqual(['netlify', 'vercel'])
  expect(emulator.vercel.state.deployments.size).toBe(made)
})

it('tells of all that failed', async () => {
  const { container, targets, emulator, options } = await start()
  emulator.faults.add({
    provider: 'netlify',
    method: 'POST',
    path: /\/deploys\?/,
    fault: { kind: 'status', status: 500 },
  })
  emulator.faults.add({
    provider: 'vercel',
    method: 'POST',
    path: /\/v13\/deployments/,
    fault: { kind: 'status', status: 500 },
  })
  const events = await eventsOf(deploy({ container, project, targets, ...options }))
  const end = endOf(events)
  const error = 'error' in end ? end.error : undefined
  const [other] = (error?.details.others ?? []) as { step: string }[]
  expect([error?.step, other?.step].sort()).toEqual(['publish-netlify', 'publish-vercel'])
})

it('publishes nothing where the site of one cannot be had', async () => {
  const { container, targets, emulator, options } = await start()
  const [one] = targets
  const stranger = vercel({ auth: 'wrong-token-of-nobody', project: 'acme-shop', apiUrl: emulator.vercel.url })
  const git = stage.github()
  const events = await eventsOf(deploy({ container, project, git, targets: [one as never, stranger], ...options }))
  expect(endOf(events)).toMatchObject({ outcome: 'failure', error: { step: 'site-vercel', name: 'AuthError' } })
  expect(events.some(({ type }) => type === 'commit-ready' || type === 'release-create')).toBe(false)
})
