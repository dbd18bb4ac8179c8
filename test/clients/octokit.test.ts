import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import sodium from 'libsodium-wrappers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { commitByHand } from './commit-by-hand.js'

let emulator: Emulator
let time = Date.now()
let count = 0
const owner = 'owner'

beforeAll(async () => {
  const pages = { delays: { building: 1000, built: 2000 } }
  emulator = await createEmulator({ clock: { now: () => time }, github: { pages, rateLimits: true } })
})
afterAll(() => emulator.close())

const client = (auth: string | undefined = emulator.token) =>
  new Octokit({ baseUrl: emulator.github.url, auth, log: quiet })
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A repository with a first commit. */
async function openRepository(octokit: Octokit): Promise<{ readonly owner: string; readonly repo: string }> {
  const { data } = await octokit.rest.repos.createForAuthenticatedUser({ name: `octokit-${++count}`, auto_init: true })
  return { owner: data.owner.login, repo: data.name }
}

/** The error that a request ends with, as Octokit tells it. */
async function failure(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isRefusal(error)) throw new Error(`It was to be refused: ${error}`)
  return error
}

interface Refusal extends Error {
  readonly status: number
  readonly response?: { readonly data: unknown }
}

const isRefusal = (error: unknown): error is Refusal => error instanceof Error && error.name === 'HttpError'

describe('@octokit/rest', () => {
  it('commits a site blob by blob and has it served', async () => {
    const octokit = client()
    const at = await openRepository(octokit)
    const sha = await commitByHand(octokit, at, { 'index.html': '<h1>Hello</h1>', 'data.bin': '\x00\xff\x80' })
    expect(await emulator.github.state.head(`${owner}/${at.repo}`)).toBe(sha)
    const made = await octokit.rest.repos.createPagesSite({ ...at, source: { branch: 'main', path: '/' } })
    expect(made.data.status).toBe('building')
    time += 5000
    const { data: build } = await octokit.rest.repos.getLatestPagesBuild(at)
    expect([build.status, build.commit]).toEqual(['built', sha])
    const { data: site } = await octokit.rest.repos.getPages(at)
    const page = await emulator.fetch(String(site.html_url))
    expect([page.status, await page.text()]).toEqual([200, '<h1>Hello</h1>'])
    const bytes = await emulator.fetch(`${site.html_url}data.bin`)
    expect([...new Uint8Array(await bytes.arrayBuffer())]).toEqual([0, 255, 128])
  })

  it('writes, reads and deletes single files', async () => {
    const octokit = client()
    const at = { ...(await openRepository(octokit)), path: 'docs/größe 1.txt' }
    const put = octokit.rest.repos.createOrUpdateFileContents
    const first = await put({ ...at, message: 'Add', content: btoa('one') })
    expect(first.status).toBe(201)
    const sha = first.data.content?.sha ?? ''
    const second = await put({ ...at, message: 'Change', content: btoa('two'), sha })
    expect(second.status).toBe(200)
    const { data } = await octokit.rest.repos.getContent({ ...at, mediaType: { format: 'raw' } })
    expect(data).toBe('two')
    expect((await failure(put({ ...at, message: 'Again', content: btoa('three'), sha }))).status).toBe(409)
    const remove = octokit.rest.repos.deleteFile
    expect((await failure(remove({ ...at, message: 'Remove', sha }))).status).toBe(409)
    const gone = await remove({ ...at, message: 'Remove', sha: second.data.content?.sha ?? '' })
    expect([gone.data.content, gone.data.commit.message]).toEqual([null, 'Remove'])
    expect((await failure(octokit.rest.repos.getContent(at))).status).toBe(404)
  })

  it('proposes a change, comments on it and merges it', async () => {
    const octokit = client()
    const at = await openRepository(octokit)
    const { data: main } = await octokit.rest.repos.getBranch({ ...at, branch: 'main' })
    for (const name of ['feature', 'other']) {
      await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha: main.commit.sha })
      const file = { ...at, path: `${name}.txt`, message: `Add ${name}`, content: btoa(name), branch: name }
      await octokit.rest.repos.createOrUpdateFileContents(file)
    }
    const { data: pull } = await octokit.rest.pulls.create({ ...at, title: 'Feature', head: 'feature', base: 'main' })
    const issue = { ...at, issue_number: pull.number }
    await octokit.rest.issues.createComment({ ...issue, body: 'Live at …' })
    expect((await octokit.rest.issues.listComments(issue)).data).toMatchObject([{ body: 'Live at …' }])
    const which = { ...at, pull_number: pull.number }
    const moved = await failure(octokit.rest.pulls.merge({ ...which, sha: main.commit.sha }))
    expect([moved.status, moved.message]).toEqual([409, expect.stringContaining('Head branch was modified')])
    const { data: merged } = await octokit.rest.pulls.merge({ ...which, sha: pull.head.sha })
    expect(merged.merged).toBe(true)
    expect(await emulator.github.state.head(`${owner}/${at.repo}`)).toBe(merged.sha)
    expect((await octokit.rest.pulls.get(which)).data).toMatchObject({
      ...{ state: 'closed', merged: true },
      merge_commit_sha: merged.sha,
    })
    expect((await failure(octokit.rest.pulls.merge(which))).status).toBe(405)
    // The other branch began before that, so both sides are brought together.
    const { data: next } = await octokit.rest.pulls.create({ ...at, title: 'Other', head: 'other', base: 'main' })
    await octokit.rest.pulls.merge({ ...at, pull_number: next.number, merge_method: 'squash' })
    const { data: tree } = await octokit.rest.git.getTree({ ...at, tree_sha: 'main' })
    expect(tree.tree.map(({ path }) => path)).toEqual(['README.md', 'feature.txt', 'other.txt'])
    const { data: log } = await octokit.rest.repos.listCommits({ ...at, per_page: 1 })
    expect(log).toMatchObject([{ commit: { message: `Other (#${next.number})` }, parents: [{ sha: merged.sha }] }])
  })

  it('seals a secret for a workflow, starts it and reads what came of it', { timeout: 30_000 }, async () => {
    await sodium.ready
    const octokit = client()
    const at = await openRepository(octokit)
    const { data: key } = await octokit.rest.actions.getRepoPublicKey(at)
    const sealed = sodium.crypto_box_seal('hush', sodium.from_base64(key.key, sodium.base64_variants.ORIGINAL))
    const encrypted_value = sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL)
    const secret = { ...at, secret_name: 'WORD', encrypted_value, key_id: key.key_id }
    expect((await octokit.rest.actions.createOrUpdateRepoSecret(secret)).status).toBe(201)
    const workflow = `
on: { workflow_dispatch: { inputs: { name: { type: string } } } }
jobs:
  work: { runs-on: ubuntu-latest, env: { WORD: '\${{ secrets.WORD }}' }, steps: [{ run: 'echo "\${#WORD} letters for \${{ inputs.name }}"' }] }
`
    await commitByHand(octokit, at, { '.github/workflows/work.yml': workflow })
    const order = { ...at, workflow_id: 'work.yml', ref: 'main', inputs: { name: 'you' } }
    expect((await octokit.rest.actions.createWorkflowDispatch(order)).status).toBe(204)
    const look = async () => (await octokit.rest.actions.listWorkflowRunsForRepo(at)).data.workflow_runs[0]
    await expect.poll(look, { timeout: 20_000, interval: 50 }).toMatchObject({ status: 'completed' })
    const run = await look()
    expect(run).toMatchObject({ conclusion: 'success', event: 'workflow_dispatch', run_number: 1 })
    const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run?.id ?? 0 })
    const log = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: data.jobs[0]?.id ?? 0 })
    expect(log.data).toContain('4 letters for you')
    expect(log.data).not.toContain('hush')
  })

  it('sees refusals as errors with their status, words and fields', async () => {
    const octokit = client()
    const at = await openRepository(octokit)
    const absent = await failure(octokit.rest.repos.get({ owner, repo: 'absent' }))
    expect([absent.status, absent.message]).toEqual([
      404,
      'Not Found - https://docs.github.com/rest/repos/repos#get-a-repository',
    ])
    const taken = await failure(octokit.rest.repos.createForAuthenticatedUser({ name: at.repo }))
    expect([taken.status, taken.message]).toEqual([
      422,
      expect.stringContaining('Repository creation failed.: {"resource":"Repository","code":"custom","field":"name"'),
    ])
    const stale = octokit.rest.git.createRef({ ...at, ref: 'refs/heads/main', sha: '0'.repeat(40) })
    expect(await failure(stale)).toMatchObject({ status: 422, message: expect.stringContaining('already exists') })
    const wrong = await failure(client('wrong').rest.users.getAuthenticated())
    expect([wrong.status, wrong.response?.data]).toEqual([
      401,
      { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
    ])
    const unnamed = await failure(octokit.request('POST /user/repos', {} as { name: string }))
    expect([unnamed.status, unnamed.message]).toEqual([422, expect.stringContaining('nil is not an object')])
  })

  it('walks through lists to their end', async () => {
    const octokit = client()
    const at = await openRepository(octokit)
    const { variables } = emulator.github.state.repository(`${owner}/${at.repo}`).setup
    const names = Array.from({ length: 65 }, (_, index) => `V${index + 100}`)
    for (const name of names) variables.set(name, { name, value: 'x', createdAt: time, updatedAt: time })
    // The limit of this list is 30, whatever is asked for.
    const all = await octokit.paginate(octokit.rest.actions.listRepoVariables, { ...at, per_page: 100 })
    expect(all.map(({ name }) => name)).toEqual(names)
    const sizes: number[] = []
    for await (const { data } of octokit.paginate.iterator(octokit.rest.actions.listRepoVariables, at)) {
      sizes.push(data.length)
    }
    expect(sizes).toEqual([10, 10, 10, 10, 10, 10, 5])
    const sha = (await emulator.github.state.head(`${owner}/${at.repo}`)) ?? ''
    for (const name of ['a', 'b', 'c', 'd']) await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha })
    const branches = await octokit.paginate(octokit.rest.repos.listBranches, { ...at, per_page: 2 })
    expect(branches.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'main'])
    const own = await octokit.paginate(octokit.rest.repos.listForAuthenticatedUser, { per_page: 3, sort: 'created' })
    expect(own.map(({ name }) => name)).toContain(at.repo)
    expect(own).toHaveLength(emulator.github.state.repositories.length)
    const middle = await octokit.rest.repos.listBranches({ ...at, per_page: 2, page: 2 })
    const address = `${emulator.github.url}/repos/${owner}/${at.repo}/branches?per_page=2&page=`
    expect(middle.headers.link).toBe(
      `<${address}1>; rel="prev", <${address}3>; rel="next", <${address}3>; rel="last", <${address}1>; rel="first"`,
    )
  })

  it('is told what has not changed, at no cost', async () => {
    const octokit = client()
    const { headers } = await octokit.rest.users.getAuthenticated()
    const before = (await octokit.rest.rateLimit.get()).data.resources.core
    const same = await failure(octokit.request('GET /user', { headers: { 'if-none-match': headers.etag } }))
    expect(same.status).toBe(304)
    const { data } = await octokit.rest.rateLimit.get()
    expect(data.resources.core).toEqual(before)
    expect([data.rate.limit, data.rate.remaining]).toEqual([5000, 5000 - data.rate.used])
    expect((await new Octokit({ baseUrl: emulator.github.url }).rest.rateLimit.get()).data.rate.limit).toBe(60)
  })
})

describe('its plugins', () => {
  const throttled = (auth: string | undefined, told: string[]) => {
    const wait = (kind: string) => (seconds: number) => {
      told.push(`${kind} ${seconds}`)
      // The plugin reckons by the clock of this machine.
      time = Math.max(time, Date.now()) + seconds * 1000
      return true
    }
    const handlers = { onRateLimit: wait('primary'), onSecondaryRateLimit: wait('secondary') }
    const quick = { retryAfterBaseValue: 0, id: `test-${++count}` }
    const Throttled = Octokit.plugin(throttling)
    return new Throttled({
      baseUrl: emulator.github.url,
      ...(auth !== undefined && { auth }),
      log: quiet,
      throttle: { ...handlers, ...quick },
    })
  }

  it('wait as long as a limit says', async () => {
    time = Date.now()
    const told: string[] = []
    const guest = throttled(undefined, told)
    const ask = () => guest.rest.users.getByUsername({ username: 'owner' })
    const left = (await guest.rest.rateLimit.get()).data.rate.remaining
    for (let index = 0; index < left; index += 1) await ask()
    expect(told).toEqual([])
    expect((await ask()).status).toBe(200)
    expect(told).toEqual([expect.stringMatching(/^primary 3[56]\d\d$/)])

    const { token } = emulator.accounts.credentials.stranger
    const busy = client(token)
    const burst = Array.from({ length: 80 }, () => failure(busy.rest.repos.createForAuthenticatedUser({ name: '' })))
    expect((await Promise.all(burst)).map(({ status }) => status)).toEqual(Array(80).fill(422))
    const stranger = throttled(token, told)
    await stranger.rest.repos.createForAuthenticatedUser({ name: 'after-all' })
    expect(told.slice(1)).toEqual(['secondary 60'])
  })

  it('ask again where the gateway failed, and not where they are refused', async () => {
    const Retrying = Octokit.plugin(retry)
    const settings = { retry: { retryAfterBaseValue: 1 }, log: quiet }
    const octokit = new Retrying({ baseUrl: emulator.github.url, auth: emulator.token, ...settings })
    emulator.faults.add({ provider: 'github', path: '/user', times: 2, fault: { kind: 'status', status: 502 } })
    emulator.clearRequests()
    expect((await octokit.rest.users.getAuthenticated()).data.login).toBe('owner')
    expect(emulator.requests.map(({ status }) => status)).toEqual([502, 502, 200])
    emulator.clearRequests()
    await failure(octokit.rest.repos.get({ owner, repo: 'absent' }))
    expect(emulator.requests.map(({ status }) => status)).toEqual([404])
  })
})
