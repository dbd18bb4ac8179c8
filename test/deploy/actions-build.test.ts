import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  autoResume,
  type DeploymentEvent,
  eventSchema,
  formatPlan,
  initialState,
  memoryStorage,
  type ResumeOptions,
  reduce,
  resume,
} from '../../src/index.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { hurriedClock } from '../support/hurried-clock.js'
import {
  endOf,
  eventsOf,
  image,
  nativeGit,
  type Overrides,
  projectOptions,
  type Stage,
  startStage,
} from '../support/stage.js'
import { openTab } from '../support/tab.js'
import { thrownBy } from '../support/thrown-by.js'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

const recipe = '.github/workflows/tabship.yml'
const runs = () => stage.emulator.github.state.actions.runs
const build = (options: Overrides = {}) => stage.deploy({ build: 'actions', ...options })
const typesOf = (events: readonly DeploymentEvent[], step: string) =>
  events.filter((event) => event.step === step && event.type !== 'step-progress').map(({ type }) => type)
const at = (events: readonly DeploymentEvent[], type: string, step: string) =>
  events.findIndex((event) => event.type === type && event.step === step)
const page = async () => {
  const reply = await stage.emulator.fetch(stage.emulator.netlify.siteUrl('acme-shop'))
  return reply.text()
}
const posts = (path: RegExp) =>
  stage.emulator.requests.filter((one) => one.provider === 'github' && one.method === 'POST' && path.test(one.path))
/** A file of the repository, by a branch and a path. */
const committed = (place: string) => nativeGit(stage.emulator.github.state.repository('owner/shop').path, 'show', place)
const failureOf = (events: readonly DeploymentEvent[]) => {
  const end = endOf(events)
  if (end.outcome === 'success') throw new Error('it went well')
  return end.error
}
/** An expression of Actions. */
const expression = (text: string) => `${'$'}{{ ${text} }}`
/** What a later tab is given: no container. */
const later = (options: Partial<ResumeOptions> = {}): ResumeOptions => ({
  git: stage.github(),
  targets: [stage.netlify()],
  fetch: stage.emulator.fetch,
  ...options,
})

describe('a build on GitHub Actions', () => {
  it('commits a workflow, runs it, follows its steps, and publishes what it made', async () => {
    const deployment = build({ project: { ...projectOptions, installCommand: 'npm install --no-audit' } })
    const events = await eventsOf(deployment)
    const { commits, url } = await deployment.done
    expect(url).toBe(stage.emulator.netlify.siteUrl('acme-shop'))
    expect(await page()).toContain('<title>Shop</title>')
    const picture = await stage.emulator.fetch(`${url}/assets/logo-4f2a.png`)
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(image)

    const order = ['access', 'repository', 'commit', 'build', 'collect', 'publish-netlify', 'verify-netlify']
    for (const [index, step] of order.slice(1).entries())
      expect(at(events, 'step-end', order[index] ?? ''), step).toBeLessThan(at(events, 'step-start', step))
    expect(typesOf(events, 'build')[0]).toBe('step-start')
    expect(typesOf(events, 'build')[1]).toBe('run-start')
    expect(new Set(typesOf(events, 'build').slice(2, -1))).toEqual(new Set(['run-job', 'run-step', 'log-line']))
    expect(typesOf(events, 'build').at(-1)).toBe('step-end')
    expect(typesOf(events, 'collect')).toEqual(['step-start', 'files-collect', 'step-end'])
    expect(events).toContainEqual(expect.objectContaining({ type: 'log-line', source: 'provider', text: 'built' }))
    // It was written in green.
    expect(events).toContainEqual(expect.objectContaining({ type: 'log-line', source: 'provider', text: 'building' }))
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event)

    expect(runs()).toMatchObject([
      { event: 'workflow_dispatch', sha: commits[0]?.oid, title: `Tabship ${deployment.id}`, conclusion: 'success' },
    ])
    const [run] = events.reduce(reduce, initialState).runs
    expect(run).toMatchObject({ step: 'build', host: 'GitHub Actions', attempt: 1, approval: null, followed: false })
    expect(run?.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([['Build', 'success']])
    const steps = run?.jobs[0]?.steps.map(({ name, conclusion }) => [name, conclusion])
    for (const name of ['Check out', 'Set up Node', 'Install dependencies', 'Build', 'Keep the output'])
      expect(steps).toContainEqual([name, 'success'])
  })

  it('is shown in the plan, before anything is done', async () => {
    const { plan } = await build({ dryRun: true }).done
    expect(plan.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['access', []],
      ['repository', ['access']],
      ['site-netlify', ['access']],
      ['commit', ['repository', 'access', 'site-netlify']],
      ['build', ['repository', 'commit']],
      ['collect', ['build']],
      ['publish-netlify', ['site-netlify', 'collect', 'commit']],
      ['verify-netlify', ['site-netlify', 'publish-netlify', 'collect']],
    ])
    const table = formatPlan(plan)
    expect(table).toContain('Build on GitHub Actions')
    expect(table).toContain('starts tabship.yml, which runs node build.mjs')
    expect(stage.emulator.requests).toEqual([])
  })

  it('fetches nothing where nothing is published', async () => {
    const deployment = build({ targets: [] })
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success', result: { url: null } })
    expect(at(events, 'step-start', 'collect')).toBe(-1)
    expect(runs()).toMatchObject([{ conclusion: 'success' }])
  })

  it('commits the output too where that is wanted', async () => {
    const { commits } = await build({ commit: { content: 'both' }, targets: [] }).done
    expect(commits.map(({ branch }) => branch)).toEqual(['main', 'gh-pages'])
    expect(await committed('gh-pages:assets/app-91bc.js')).toBe('console.log("shop")')
  })

  it('ends in a live site of GitHub Pages, too', async () => {
    const html = '<!doctype html><title>Shop</title><script src="./assets/app-91bc.js"></script>'
    await stage.write({ 'src/index.html': html })
    const host = stage.github({ private: false })
    const { url } = await build({ git: host, targets: [githubPages({ host })] }).done
    expect(url).toBe(`${stage.emulator.pages.siteUrl('owner')}/shop/`)
    expect(await (await stage.emulator.fetch(url ?? '')).text()).toBe(html)
    expect(runs()).toMatchObject([{ event: 'workflow_dispatch', conclusion: 'success' }])
  })

  it('stands beside the run that publishes, where GitHub Pages are published by a workflow', async () => {
    const html = '<!doctype html><title>Shop</title><script src="./assets/app-91bc.js"></script>'
    await stage.write({ 'src/index.html': html })
    const host = stage.github({ private: false })
    const events = await eventsOf(build({ git: host, targets: [githubPages({ host, mode: 'workflow' })] }))
    expect(endOf(events).outcome).toBe('success')
    const told = events.reduce(reduce, initialState).runs
    const [built, published] = runs()
    expect(told.map(({ step, id, followed }) => [step, id, followed])).toEqual([
      ['build', String(built?.id), false],
      ['publish-github-pages', String(published?.id), false],
    ])
    expect(told.map(({ jobs }) => jobs.map(({ name, conclusion }) => [name, conclusion]))).toEqual([
      [['Build', 'success']],
      [['Publish', 'success']],
    ])
  })

  it('gives the commands plain variables, and secrets that only the repository knows', async () => {
    await stage.write({
      'build.mjs': `
        import { mkdirSync, writeFileSync } from 'node:fs'
        mkdirSync('dist')
        writeFileSync('dist/index.html', \`<title>\${process.env.NAME} \${process.env.KEY.length}</title>\`)
      `,
    })
    const git = stage.github({ setup: { secrets: { KEY: 'a-key-of-twenty-chars' } } })
    const env = { NAME: `${expression('github.token')} "quoted"` }
    const deployment = build({ git, build: { where: 'actions', env, secrets: ['KEY'] } })
    const events = await eventsOf(deployment)
    expect(endOf(events).outcome).toBe('success')
    expect(await page()).toBe(`<title>${expression('github.token')} "quoted" 21</title>`)
    expect(await committed(`main:${recipe}`)).toContain(`KEY: ${expression('secrets.KEY')}`)
    expect(JSON.stringify(events)).not.toContain('a-key-of-twenty-chars')
  })

  it('is not started where a secret that it gets is nowhere kept', async () => {
    const missing = await thrownBy(build({ build: { where: 'actions', secrets: ['KEY', 'OTHER'] } }).done)
    expect(missing).toMatchObject({ name: 'OptionsError', code: 'secret-missing', step: 'build' })
    expect(missing.message).toContain('is to get KEY, OTHER, which are not among the secrets of ')
    expect(runs()).toEqual([])
  })

  it('builds a project in a folder of a larger repository, with the nearest lock file', async () => {
    await stage.write({ 'apps/web/package.json': '{}', 'apps/web/build.mjs': 'import "../../build.mjs"' })
    await stage.write({ 'package-lock.json': '{}', '.nvmrc': '20', 'apps/web/.nvmrc': '20' })
    await stage.write({ 'apps/web/src/index.html': '<title>Web</title>' })
    const project = { ...projectOptions, root: 'apps/web', installCommand: 'node --version' }
    const deployment = build({ project })
    expect(endOf(await eventsOf(deployment)).outcome).toBe('success')
    expect(await page()).toBe('<title>Web</title>')
    const text = await committed(`main:${recipe}`)
    expect(text).toContain('cache-dependency-path: "package-lock.json"')
    expect(text).toContain('node-version: "20"')
    expect(text).toContain('working-directory: "apps/web"')
  })
})

describe('a page that needs a relay for what GitHub sends from elsewhere', () => {
  /** As a browser: what is led on to a host without CORS headers fails there. */
  const pageFetch: typeof fetch = async (input, init) => {
    const url = String(input)
    const leadsElsewhere = /\/(?:zip|logs)$/.test(url) && !url.startsWith(stage.emulator.relay.url)
    if (leadsElsewhere) throw new TypeError('Failed to fetch')
    return stage.emulator.fetch(input, init)
  }

  it('gets log and output through it', async () => {
    const git = stage.github({ transport: 'auto' })
    const { url: relay } = stage.emulator.relay
    const events = await eventsOf(build({ git, relay, fetch: pageFetch }))
    expect(endOf(events).outcome).toBe('success')
    expect(await page()).toContain('<title>Shop</title>')
    expect(events).toContainEqual(expect.objectContaining({ type: 'log-line', text: 'built' }))
  })

  it('is told so where there is none, and keeps the run', async () => {
    const storage = memoryStorage()
    const clock = hurriedClock(Date.now())
    const deployment = build({ fetch: pageFetch, storage, clock })
    const error = failureOf(await eventsOf(deployment))
    expect(error).toMatchObject({ code: 'output-unreachable', step: 'collect', retryable: true })
    expect(error.hint).toContain('githubDownloads')
    const events = await eventsOf(resume(deployment.id, later({ storage })))
    expect(endOf(events).outcome).toBe('success')
    expect(events.filter(({ type, step }) => type === 'step-skip' && step === 'build')).toHaveLength(1)
    expect(runs()).toMatchObject([{ attempt: 1 }])
  })
})

describe('the workflow', () => {
  it('takes the place of one that was written before, and of no other', async () => {
    await build({ targets: [] }).done
    const written = await committed(`main:${recipe}`)
    await stage.write({ '.github/workflows/tabship.yml': `${written}# changed\n` })
    await build({ targets: [] }).done
    expect(await committed(`main:${recipe}`)).toBe(written)

    await stage.write({ '.github/workflows/tabship.yml': 'on: push\n' })
    stage.emulator.clearRequests()
    const end = endOf(await eventsOf(build()))
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'workflow-taken', details: { path: recipe } } })
    expect(stage.emulator.requests).toEqual([])
    await build({ targets: [], build: { where: 'actions', actions: { workflow: 'other.yml' } } }).done
    expect(await committed(`main:${recipe}`)).toBe('on: push\n')
  })

  it('is not written by a token that may not, and nothing is made', async () => {
    const git = stage.github({ auth: stage.emulator.otherTokens.withoutWorkflow })
    const end = endOf(await eventsOf(build({ git })))
    expect(end).toMatchObject({ outcome: 'failure', error: { code: 'token-scope-missing', step: 'access' } })
    expect(stage.emulator.github.state.repositories).toEqual([])
  })

  it('starts only where the default branch has one, which is said', async () => {
    await stage.deploy({ targets: [] }).done
    const error = failureOf(await eventsOf(build({ targets: [], commit: { branch: 'next' } })))
    expect(error).toMatchObject({ code: 'build-not-started', step: 'build' })
    expect(error.message).toContain('main')
  })
})

describe('options of a build on GitHub Actions', () => {
  it.each<[string, Overrides, string]>([
    ['no repository', { git: undefined }, 'deploy.git is not given'],
    ['no source', { commit: { content: 'artifacts' } }, 'there is no source to build'],
    [
      'a secret in the open',
      { build: { where: 'actions', env: { KEY: '1' }, secrets: ['KEY'] } },
      'would be committed',
    ],
    ['a name that Actions refuse', { build: { where: 'actions', secrets: ['GITHUB_KEY'] } }, 'do not take'],
    ['options of Actions in the tab', { build: { actions: {} } }, 'deploy.build.where is not actions'],
    ['another place', { build: 'cloud' as 'actions' }, 'deploy.build.where'],
    [
      'a file elsewhere',
      { build: { where: 'actions', actions: { workflow: '../a.yml' } } },
      'deploy.build.actions.workflow',
    ],
  ])('are refused with %s', async (_what, options, said) => {
    const error = failureOf(await eventsOf(build(options)))
    expect(error.code).toBe('options-invalid')
    expect(error.message).toContain(said)
    expect(stage.emulator.requests).toEqual([])
  })
})

describe('a run that goes wrong', () => {
  it('fails the deployment with the job, the step and what the log says', async () => {
    await stage.write({ 'build.mjs': "throw new Error('no such harbour')" })
    const events = await eventsOf(build())
    const end = endOf(events)
    expect(end).toMatchObject({
      outcome: 'failure',
      error: {
        name: 'BuildError',
        code: 'build-failed',
        step: 'build',
        details: { job: 'Build', step: 'Build', url: expect.stringContaining('/actions/runs/') },
      },
    })
    const error = failureOf(events)
    expect(JSON.stringify(error.details.log)).toContain('no such harbour')
    expect(stage.emulator.netlify.state.deploys.size).toBe(0)
  })

  it('that leaves nothing where its output should be says which setting is wrong', async () => {
    const project = { ...projectOptions, outputDirectory: 'public' }
    const error = failureOf(await eventsOf(build({ project })))
    expect(error).toMatchObject({ name: 'BuildError', code: 'output-missing', step: 'build' })
    expect(error.message).toContain('nothing in public')
    expect(error.hint).toContain('project.outputDirectory')
  })

  it('is started again by resuming, as the same run, without a container', async () => {
    await stage.write({
      'build.mjs': `
        import { mkdirSync, writeFileSync } from 'node:fs'
        if (process.env.GITHUB_RUN_ATTEMPT === '1') process.exit(1)
        mkdirSync('dist')
        writeFileSync('dist/index.html', '<title>Second</title>')
      `,
    })
    const storage = memoryStorage()
    const first = build({ storage })
    expect(endOf(await eventsOf(first)).outcome).toBe('failure')
    const events = await eventsOf(resume(first.id, later({ storage })))
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    expect(await page()).toBe('<title>Second</title>')
    expect(runs()).toMatchObject([{ attempt: 2 }])
    expect(events.reduce(reduce, initialState).runs).toMatchObject([{ attempt: 2 }])
  })

  it('is left as it is where GitHub can’t be asked, which is said once, and no more when it has gone on', async () => {
    const path = /\/actions\/runs\/\d+$/
    const away = () => stage.emulator.faults.add({ provider: 'github', path, fault: { kind: 'status', status: 503 } })
    const storage = memoryStorage()
    let back = away()
    const first = build({ storage, clock: hurriedClock() })
    const state = (await eventsOf(first)).reduce(reduce, initialState)
    expect(state).toMatchObject({ status: 'failure', error: { details: { left: [expect.any(String)] } } })
    expect(state.warnings).toMatchObject([{ step: 'build', code: 'remote-kept' }])
    back()
    back = away()
    const second = (await eventsOf(resume(first.id, later({ storage, clock: hurriedClock() })))).reduce(
      reduce,
      initialState,
    )
    expect(second).toMatchObject({ status: 'failure', warnings: state.warnings })
    expect(second.error?.details.left).toEqual(state.error?.details.left)
    back()
    const last = (await eventsOf(resume(first.id, later({ storage })))).reduce(reduce, initialState)
    expect(last).toMatchObject({ status: 'success', warnings: [] })
    expect(runs()).toHaveLength(1)
  })

  it('says who canceled it', async () => {
    await stage.write({ 'build.mjs': 'setTimeout(() => {}, 60_000)' })
    const deployment = build()
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type !== 'run-step' || event.jobStep.name !== 'Build') continue
      const [run] = runs()
      const path = `/repos/owner/shop/actions/runs/${run?.id}/cancel`
      await cancelRun(path)
    }
    expect(endOf(events)).toMatchObject({ outcome: 'failure', error: { code: 'build-canceled' } })
  })

  it('keeps its log to itself where it can’t be had, and tells where it is', async () => {
    const fault = { kind: 'refuse' } as const
    stage.emulator.faults.add({ provider: 'github', path: /\/jobs\/\d+\/logs/, fault })
    const events = await eventsOf(build())
    expect(endOf(events).outcome).toBe('success')
    const said = events.flatMap((event) => (event.type === 'log-line' && event.step === 'build' ? event.text : []))
    expect(said).toEqual([expect.stringMatching(/^The log of Build cannot be read from here; it is at http/)])
  })
})

async function cancelRun(path: string): Promise<void> {
  const headers = { authorization: `Bearer ${stage.emulator.token}` }
  const reply = await stage.emulator.fetch(stage.emulator.github.url + path, { method: 'POST', headers })
  if (reply.status !== 202 && reply.status !== 409) throw new Error(`status ${reply.status}`)
}

describe('what was built', () => {
  it('is published without what must not be seen', async () => {
    await stage.write({
      'build.mjs': `
        import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
        cpSync('src', 'dist', { recursive: true })
        mkdirSync('dist/node_modules/a', { recursive: true })
        for (const name of ['.env', 'app.js.map', 'node_modules/a/a.js', 'notes.txt', 'Überfahrt.txt'])
          writeFileSync('dist/' + name, 'text')
      `,
    })
    const files = { sourceMaps: 'exclude', exclude: ['notes.txt'] } as const
    const events = await eventsOf(build({ files }))
    expect(endOf(events).outcome).toBe('success')
    const left = events.flatMap((event) =>
      event.type === 'files-exclude' && event.step === 'collect' ? event.files : [],
    )
    expect(left).toEqual([
      { path: '.env', reason: 'secret' },
      { path: 'app.js.map', reason: 'source-map' },
      { path: 'node_modules/', reason: 'tooling' },
      { path: 'notes.txt', reason: 'ignored' },
    ])
    const url = stage.emulator.netlify.siteUrl('acme-shop')
    expect(await (await stage.emulator.fetch(`${url}/%C3%9Cberfahrt.txt`)).text()).toBe('text')
  })
})

describe('a workflow that GitHub does not know at once', () => {
  it('is started a moment later', async () => {
    const fault = { kind: 'status', status: 404 } as const
    stage.emulator.faults.add({ provider: 'github', path: /\/dispatches$/, times: 1, fault })
    expect(endOf(await eventsOf(build({ targets: [] }))).outcome).toBe('success')
    expect(runs()).toHaveLength(1)
  })

  it('is found by its title where the server tells nothing of the run', async () => {
    const older: typeof fetch = async (input, init) => {
      const reply = await stage.emulator.fetch(input, init)
      return String(input).endsWith('/dispatches') && reply.ok ? new Response(null, { status: 204 }) : reply
    }
    expect(endOf(await eventsOf(build({ targets: [], fetch: older }))).outcome).toBe('success')
    expect(runs()).toHaveLength(1)
  })
})

describe('a lost answer', () => {
  it.each(['reset-after', 'truncate'] as const)('to the start of a run (%s) starts no second one', async (kind) => {
    stage.emulator.faults.add({ provider: 'github', path: /\/dispatches$/, times: 1, fault: { kind } })
    const events = await eventsOf(build())
    expect(endOf(events).outcome).toBe('success')
    expect(runs()).toHaveLength(1)
    expect(events).toContainEqual(expect.objectContaining({ type: 'run-start', adopted: true }))
  })

  it('while a run is followed, and while its output is fetched, changes nothing', async () => {
    const { faults } = stage.emulator
    const cut = { kind: 'reset-before' } as const
    faults.add({ provider: 'github', path: /\/actions\/runs\/\d+$/, at: [0, 2], fault: cut })
    faults.add({ provider: 'github', path: /\/jobs\?/, at: 0, fault: { kind: 'status', status: 502 } })
    faults.add({ provider: 'github', path: /\/artifacts\/\d+\/zip$/, at: 0, fault: { kind: 'reset-after' } })
    expect(endOf(await eventsOf(build())).outcome).toBe('success')
    expect(runs()).toHaveLength(1)
  })
})

describe('an output that does not come as GitHub keeps it', () => {
  it('is fetched once more, and refused where it is changed again', async () => {
    const change = { times: 1 }
    const changing: typeof fetch = async (input, init) => {
      const reply = await stage.emulator.fetch(input, init)
      if (!/\/zip$/.test(String(input)) || change.times === 0) return reply
      change.times -= 1
      const bytes = new Uint8Array(await reply.arrayBuffer())
      bytes[40] = (bytes[40] ?? 0) ^ 1
      return new Response(bytes, { headers: reply.headers })
    }
    expect(endOf(await eventsOf(build({ fetch: changing }))).outcome).toBe('success')
    change.times = 2
    await stage.write({ 'src/index.html': '<title>Next</title>' })
    expect(failureOf(await eventsOf(build({ fetch: changing }))).code).toBe('output-corrupt')
    expect(await page()).toContain('<title>Shop</title>')
  })
})

describe('a tab that is lost', () => {
  it.each([
    ['as the run is started', /\/dispatches$/],
    ['while it runs', /\/actions\/runs\/\d+$/],
    ['while its output is fetched', /\/artifacts\/\d+\/zip$/],
  ])('%s is followed by one that goes on with the same run, without a container', async (_when, path) => {
    const storage = memoryStorage()
    let paths: string[] = []
    const tab = openTab({
      storage,
      clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
      fetch: (input, init) => {
        paths = [...paths, new URL(String(input)).pathname]
        return stage.emulator.fetch(input, init)
      },
      onAnswer: (_index, tab) => {
        if (path.test(paths.at(-1) ?? '')) tab.kill()
      },
    })
    const { id } = build({ storage: tab.storage, clock: tab.clock, fetch: tab.fetch })
    await tab.dead
    expect(await autoResume({ storage })).toMatchObject([{ id, needsContainer: false }])
    await stage.write({ 'src/index.html': 'changed since' })
    const events = await eventsOf(resume(id, later({ storage })))
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    expect(await page()).toContain('<title>Shop</title>')
    expect(runs()).toHaveLength(1)
    expect(posts(/\/dispatches$/)).toHaveLength(1)
  })
})

describe('canceling', () => {
  it('stops the run, says what stands, and lets it be resumed as the same run', async () => {
    await stage.write({
      'build.mjs': `
        import { mkdirSync, writeFileSync } from 'node:fs'
        if (process.env.GITHUB_RUN_ATTEMPT === '1') await new Promise((resolve) => setTimeout(resolve, 60_000))
        mkdirSync('dist')
        writeFileSync('dist/index.html', '<title>Second</title>')
      `,
    })
    const storage = memoryStorage()
    const deployment = build({ storage })
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (event.type === 'run-step' && event.jobStep.name === 'Build') deployment.cancel('Enough.')
    }
    const end = endOf(events)
    expect(end).toMatchObject({ outcome: 'canceled', error: { message: 'Enough.' } })
    const error = failureOf(events)
    expect(error.details.done).toEqual(
      expect.arrayContaining([
        expect.stringContaining('committed'),
        expect.stringMatching(/^started the build http.*\/actions\/runs\/\d+$/),
      ]),
    )
    // GitHub ends it in its own time.
    const [run] = events.reduce(reduce, initialState).runs
    expect(error.details.stopping).toEqual([run?.url])
    expect(error.hint).toContain(`Told to stop, which takes its host a moment: ${run?.url}.`)
    await expect.poll(() => runs()[0]?.conclusion, { timeout: 10_000 }).toBe('cancelled')
    const resumed = resume(deployment.id, later({ storage }))
    expect(endOf(await eventsOf(resumed)).outcome).toBe('success')
    expect(await page()).toBe('<title>Second</title>')
    expect(runs()).toMatchObject([{ attempt: 2, conclusion: 'success' }])
  })

  it('stops also a run of which it was not told yet', async () => {
    await stage.write({ 'build.mjs': 'setTimeout(() => {}, 60_000)' })
    const late: typeof fetch = async (input, init) => {
      if (!String(input).endsWith('/dispatches')) return stage.emulator.fetch(input, init)
      const reply = await stage.emulator.fetch(input, init)
      deployment.cancel()
      init?.signal?.throwIfAborted()
      return reply
    }
    const deployment = build({ fetch: late })
    expect(endOf(await eventsOf(deployment)).outcome).toBe('canceled')
    await expect.poll(() => runs()[0]?.conclusion, { timeout: 10_000 }).toBe('cancelled')
  })
})
