import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DeploymentEvent, type DeployOptions, deploy, TabshipError } from '../../src/index.js'
import { endOf, eventsOf, project, projectOptions, type Stage, startStage } from '../support/stage.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(async () => {
  await stage.close()
})

/** Runs a deployment that must fail, and gives its error after checking what holds for all failures. */
async function failureOf(options: Partial<DeployOptions>, on: Stage = stage) {
  const deployment = on.deploy(options)
  const events = await eventsOf(deployment)
  const end = endOf(events)
  if (end.outcome === 'success') throw new Error('the deployment succeeded')
  const thrown = await deployment.done.catch((error: unknown) => error)
  expect(TabshipError.isInstance(thrown)).toBe(true)
  expect(JSON.parse(JSON.stringify(thrown))).toEqual(end.error)
  expect(end.error.hint).not.toBe('')
  expect(JSON.stringify(events)).not.toContain(on.emulator.token)
  return { ...end.error, outcome: end.outcome, events }
}

const started = (events: readonly DeploymentEvent[], step: string) =>
  events.some((event) => event.type === 'step-start' && event.step === step)

/** A `fetch` that answers some requests by itself. */
function answering(
  match: (url: string, method: string) => boolean,
  answer: () => Response | Promise<Response>,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    return match(request.url, request.method) ? answer() : stage.emulator.fetch(request)
  }
}

describe('the project', () => {
  it('with a failing build ends with the lines of the log that matter, and nothing is committed or published', async () => {
    const build = `console.log('transforming'); console.error('src/app.ts(3,7): error TS2322: Type string is not assignable'); process.exit(2)`
    await stage.write({ 'fail.mjs': build })
    const failing = {
      framework: 'vite',
      installCommand: null,
      buildCommand: 'node fail.mjs',
      outputDirectory: 'dist',
    }
    const failure = await failureOf({
      project: failing,
      git: stage.github({ repository: 'never-1' }),
      targets: [stage.netlify({ site: 'never-1' })],
    })
    expect(failure).toMatchObject({ name: 'BuildError', code: 'build-failed', step: 'build', retryable: false })
    expect(failure.details).toMatchObject({
      exitCode: 2,
      log: expect.arrayContaining([expect.stringContaining('error TS2322')]),
    })
    expect(started(failure.events, 'commit')).toBe(false)
    expect(started(failure.events, 'publish-netlify')).toBe(false)
  })

  it('with a failing installation says so', async () => {
    const failure = await failureOf({
      project: {
        framework: 'vite',
        installCommand: 'node -e process.exit(1)',
        buildCommand: 'node build.mjs',
        outputDirectory: 'dist',
      },
    })
    expect(failure).toMatchObject({ code: 'install-failed', step: 'install' })
  })

  it('with a program that does not exist names it', async () => {
    const failure = await failureOf({
      project: {
        framework: 'vite',
        installCommand: null,
        buildCommand: 'no-such-program now',
        outputDirectory: 'dist',
      },
    })
    expect(failure).toMatchObject({ name: 'BuildError', code: 'command-unknown', step: 'build' })
    expect(failure.message).toContain('no-such-program')
  })

  it('without a build script says what to add', async () => {
    const bare = await startStage({
      'package.json': JSON.stringify({ name: 'bare', devDependencies: { vite: '7.0.0' } }),
      'index.html': '',
    })
    try {
      const failure = await failureOf({ project: {} }, bare)
      expect(failure).toMatchObject({ name: 'OptionsError', code: 'build-script-missing', step: 'detect' })
      expect(failure.events.some((event) => event.type === 'plan-create')).toBe(false)
    } finally {
      await bare.close()
    }
  })

  it('that is empty says so', async () => {
    const empty = await startStage({})
    try {
      expect(await failureOf({ project: {} }, empty)).toMatchObject({ code: 'project-empty', step: 'detect' })
    } finally {
      await empty.close()
    }
  })

  it('whose build leaves no output folder is a failed build, though it exits with 0', async () => {
    const failure = await failureOf({
      project: { framework: 'vite', installCommand: null, buildCommand: 'node --version', outputDirectory: 'nowhere' },
    })
    expect(failure).toMatchObject({ code: 'output-missing', step: 'build' })
    expect(failure.message).toBe(
      'The build command "node --version" ended well but left no folder nowhere (taken from: the option project.outputDirectory).',
    )
  })

  it('whose output folder is of an earlier build is a failed build, and the folder is kept', async () => {
    await stage.write({ 'dist/index.html': 'of last week' })
    const failure = await failureOf({ project: { ...projectOptions, buildCommand: 'node --version' } })
    expect(failure).toMatchObject({ code: 'output-missing', step: 'build' })
    expect(new TextDecoder().decode(await stage.container.fs.readFile('dist/index.html'))).toBe('of last week')
  })

  it('whose build writes nothing to a folder that may hold source is a failed build, and the folder is kept', async () => {
    await stage.write({ 'old/index.html': 'of last week' })
    const lastWeek = new Date(Date.now() - 7 * 24 * 3600 * 1000)
    await utimes(join(stage.container.directory, 'old/index.html'), lastWeek, lastWeek)
    const failure = await failureOf({
      project: { framework: 'vite', installCommand: null, buildCommand: 'node --version', outputDirectory: 'old' },
    })
    expect(failure).toMatchObject({ code: 'output-stale', step: 'build' })
    expect(new TextDecoder().decode(await stage.container.fs.readFile('old/index.html'))).toBe('of last week')
  })

  it('whose output folder is empty is a failed build', async () => {
    await stage.write({ 'empty.mjs': `import { mkdirSync } from 'node:fs'; mkdirSync('void', { recursive: true })` })
    const failure = await failureOf({
      project: { framework: 'vite', installCommand: null, buildCommand: 'node empty.mjs', outputDirectory: 'void' },
    })
    expect(failure).toMatchObject({ code: 'output-empty', step: 'collect' })
  })

  it('whose build hangs ends at the limit, and the process is gone', async () => {
    await stage.write({ 'hang.mjs': `console.log('pid', process.pid); setInterval(() => {}, 1000)` })
    const failure = await failureOf({
      project: { framework: 'vite', installCommand: null, buildCommand: 'node hang.mjs', outputDirectory: 'dist' },
      build: { idleLimit: 700 },
    })
    expect(failure).toMatchObject({ code: 'build-idle', step: 'build' })
    const line = failure.events.find((event) => event.type === 'log-line')
    const pid = Number(line?.type === 'log-line' ? line.text.split(' ')[1] : Number.NaN)
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    return false
  }
}

describe('a token', () => {
  it('that GitHub does not know is told as such, never as a missing repository', async () => {
    const failure = await failureOf({ git: stage.github({ auth: 'ghp_nobody' }) })
    expect(failure).toMatchObject({ name: 'AuthError', code: 'token-rejected', step: 'repository' })
    expect(failure.message).toContain('GitHub')
  })

  it('that Netlify does not know is told as such', async () => {
    const failure = await failureOf({ targets: [stage.netlify({ auth: 'nobody' })] })
    expect(failure).toMatchObject({ name: 'AuthError', code: 'token-rejected', step: 'site-netlify' })
  })

  it('without rights at GitHub is told which right it lacks', async () => {
    const { powerless } = stage.emulator.otherTokens
    const failure = await failureOf({ git: stage.github({ auth: powerless, repository: 'mine' }) })
    expect(failure).toMatchObject({ name: 'AuthError', code: 'token-scope-missing', step: 'repository' })
    expect(failure.hint).toContain('repo')
  })

  it('without rights at Netlify is told what it may not do', async () => {
    const { powerless } = stage.emulator.otherTokens
    const failure = await failureOf({ targets: [stage.netlify({ auth: powerless, site: 'another' })] })
    expect(failure).toMatchObject({ name: 'AuthError', code: 'token-forbidden', step: 'site-netlify' })
  })

  it('that a function can not bring ends the deployment', async () => {
    const failure = await failureOf({ targets: [stage.netlify({ auth: () => '' })] })
    expect(failure).toMatchObject({ name: 'AuthError', code: 'token-unavailable', step: 'site-netlify' })
    expect(failure.message).toContain('netlify.auth')
  })
})

describe('a name', () => {
  it('of a repository that is somebody else’s is a conflict', async () => {
    const { stranger } = stage.emulator.otherTokens
    await stage.deploy({ git: stage.github({ auth: stranger, repository: 'theirs', private: false }), targets: [] })
      .done
    const failure = await failureOf({ git: stage.github({ repository: 'stranger/theirs' }) })
    expect(failure).toMatchObject({ name: 'ConflictError', code: 'repository-taken', step: 'repository' })
  })

  it('of an owner whom nobody knows is a wrong option', async () => {
    const failure = await failureOf({ git: stage.github({ repository: 'no-such-owner/shop' }) })
    expect(failure).toMatchObject({ name: 'OptionsError', code: 'repository-owner-unknown', step: 'repository' })
  })

  it('of a site that is somebody else’s is a conflict', async () => {
    const { stranger } = stage.emulator.otherTokens
    await stage.deploy({ git: undefined, targets: [stage.netlify({ auth: stranger, site: 'their-site' })] }).done
    const failure = await failureOf({ targets: [stage.netlify({ site: 'their-site' })] })
    expect(failure).toMatchObject({ name: 'ConflictError', code: 'site-name-taken', step: 'site-netlify' })
    expect(failure.message).toContain('their-site')
  })
})

describe('a branch that moved', () => {
  it('since the deployment began is a conflict that says whose commit is there, and the commit stays', async () => {
    const git = stage.github({ repository: 'moving' })
    await stage.deploy({ git }).done
    await stage.write({ 'README.md': '# Changed\n', 'slow.mjs': `await import('./build.mjs')` })
    let theirs = ''
    const moving: typeof git = {
      ...git,
      async commit(input, context) {
        const author = { name: 'Grace', email: 'grace@example.com' }
        theirs = await stage.emulator.github.state.commit({
          repository: 'owner/moving',
          files: { 'a.txt': 'a' },
          message: 'Their work',
          author,
        })
        return git.commit(input, context)
      },
    }
    const failure = await failureOf({ git: moving })
    expect(failure).toMatchObject({
      name: 'ConflictError',
      code: 'branch-moved',
      step: 'commit',
      details: { author: 'Grace', subject: 'Their work', found: theirs },
    })
    expect(failure.message).toContain('Grace')
    expect(await stage.emulator.github.state.head('owner/moving')).toBe(theirs)
    expect(started(failure.events, 'publish-netlify')).toBe(false)
    await stage.write({ 'README.md': project['README.md'] ?? null })
  })

  it('since the commit that the project is based on is a conflict', async () => {
    const git = stage.github({ repository: 'based' })
    const { commits } = await stage.deploy({ git }).done
    const author = { name: 'Grace', email: 'grace@example.com' }
    await stage.emulator.github.state.commit({
      repository: 'owner/based',
      files: { 'a.txt': 'a' },
      message: 'Theirs',
      author,
    })
    const failure = await failureOf({ git, commit: { expectedHead: commits[0]?.oid ?? '' } })
    expect(failure).toMatchObject({ code: 'branch-moved', details: { expected: commits[0]?.oid } })
  })
})

describe('the network', () => {
  it('without a way to the relay commits by the API, and names the relay where nothing else will do', async () => {
    const relay = 'http://127.0.0.1:9/'
    const failure = await failureOf({ relay, git: stage.github({ transport: 'auto' }) })
    const step = 'verify-netlify'
    expect(failure).toMatchObject({ name: 'RequestError', code: 'relay-unreachable', step, retryable: true })
    expect(failure.message).toContain('127.0.0.1:9')
  })

  it('that brings a page of HTML in place of JSON says so', async () => {
    const page = () =>
      new Response('<html><h1>Sign in to the Wi-Fi</h1></html>', { headers: { 'content-type': 'text/html' } })
    const fetch = answering((url) => url.startsWith(stage.emulator.netlify.url), page)
    const failure = await failureOf({ fetch })
    expect(failure).toMatchObject({
      name: 'RequestError',
      code: 'reply-malformed',
      step: 'site-netlify',
      retryable: true,
    })
    expect(failure.message).toContain('Wi-Fi')
  })

  it('that brings HTML for git says so', async () => {
    const page = () => new Response('<html>blocked</html>', { headers: { 'content-type': 'text/html' } })
    const failure = await failureOf({ fetch: answering((url) => url.startsWith(stage.emulator.git.url), page) })
    expect(failure).toMatchObject({ name: 'RequestError', code: 'reply-malformed', step: 'commit' })
    expect(failure.message).toContain('blocked')
  })

  it('that is gone ends in an error after a bounded number of tries', async () => {
    let clock = Date.now()
    const instant = {
      now: () => clock,
      sleep: (milliseconds: number, signal?: AbortSignal) => skip(milliseconds, signal),
    }
    // Short waits (between tries) pass at once; long ones are limits that must not.
    function skip(milliseconds: number, signal?: AbortSignal): Promise<void> {
      if (milliseconds <= 20_000) {
        clock += milliseconds
        return Promise.resolve()
      }
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
    }
    const dead = () => Promise.reject(new TypeError('Failed to fetch'))
    const failure = await failureOf({ fetch: dead, clock: instant })
    expect(failure).toMatchObject({ name: 'RequestError', code: 'network-unreachable', retryable: true })
    const retries = failure.events.filter((event) => event.type === 'request-retry' && event.step === failure.step)
    expect(retries).toHaveLength(4)
  })

  it('with an address that serves something else is a failed deployment that shows both', async () => {
    const fetch = answering(
      (url) => new URL(url).hostname.endsWith('.localhost'),
      () => new Response('parked domain'),
    )
    const failure = await failureOf({ fetch, verify: { timeLimit: 1 } })
    expect(failure).toMatchObject({ name: 'VerifyError', code: 'verify-mismatch', step: 'verify-netlify' })
    expect(failure.details).toMatchObject({
      expected: { status: 200, path: 'index.html' },
      received: { excerpt: 'parked domain' },
    })
  })
})

describe('options', () => {
  const wrong: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['nothing to do', { targets: [], git: undefined }, 'neither deploy.targets nor deploy.git'],
    ['a target beside a list', { targets: {} }, 'deploy.targets: expected a list'],
    ['an optimizer that is none', { optimize: { images: true } }, 'deploy.optimize.images: expected false, or an opt'],
    ['a container that is none', { container: {} }, 'deploy.container'],
    ['a relay that is no address', { relay: 'relay' }, 'deploy.relay'],
    ['a misspelt option', { verfy: false }, 'verfy'],
    ...['a..b', 'a.lock/b', 'a/.b', '-a', 'HEAD', 'refs/heads/a', 'f'.repeat(40), 'a b'].map(
      (branch) => [`the branch ${branch}`, { commit: { branch } }, 'deploy.commit.branch'] as const,
    ),
    ['a message with a control character', { commit: { message: 'a\u0000b' } }, 'deploy.commit.message'],
    ['a message of spaces', { commit: { message: ' \n' } }, 'deploy.commit.message'],
    ['a clock that is none', { clock: {} }, 'deploy.clock'],
    ['an output folder outside the project', { project: { outputDirectory: '../x' } }, 'outputDirectory'],
    ['a short commit id', { commit: { expectedHead: 'abc' } }, 'deploy.commit.expectedHead'],
  ]
  it.each(wrong)('%s are refused by name', async (_title, options, named) => {
    const failure = await failureOf(options as Partial<DeployOptions>)
    expect(failure).toMatchObject({ name: 'OptionsError', code: 'options-invalid', outcome: 'failure' })
    expect(failure.message).toContain(named)
  })

  it('with two targets of one name are refused', async () => {
    const failure = await failureOf({ targets: [stage.netlify(), stage.netlify({ site: 'other' })] })
    expect(failure.message).toContain('netlify')
  })

  it('with two targets of one site are refused', async () => {
    const failure = await failureOf({ targets: [stage.netlify(), stage.netlify({ name: 'docs' })] })
    expect(failure).toMatchObject({ code: 'options-invalid', message: expect.stringMatching(/twice.*docs/) })
  })

  it('take a relay relative to the page', async () => {
    vi.stubGlobal('location', { href: `${stage.emulator.relay.url}/ide/index.html` })
    try {
      const git = stage.github({ repository: 'relayed' })
      const { commits } = await stage.deploy({ git, relay: '/', targets: [] }).done
      expect(commits[0]?.created).toBe(true)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('of a target are refused where the target is made', () => {
    expect(() => stage.netlify({ site: 'no spaces please' })).toThrow(/netlify\.site/)
    expect(() => stage.github({ repository: 'a/b/c' })).toThrow(/github\.repository/)
    expect(() => stage.github({ auth: 'has a space' })).toThrow(/github\.auth/)
  })

  it('that are missing altogether end in the terminal event too', async () => {
    const deployment = deploy(undefined as unknown as DeployOptions)
    expect(endOf(await eventsOf(deployment))).toMatchObject({ outcome: 'failure', error: { code: 'options-invalid' } })
  })
})
