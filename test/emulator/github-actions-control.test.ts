import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRunning } from '../support/is-running.js'
import { openWorkshop, stepsOf, type Workshop } from './actions-support.js'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench
let shop: Workshop
let skipped = 0

beforeEach(async () => {
  skipped = 0
  bench = await startGithub({ now: () => Date.now() + skipped })
  shop = await openWorkshop(bench)
})
afterEach(() => bench.close())

const post = (path: string, json?: unknown, token = bench.accounts.credentials.owner.token) =>
  shop.ask(path, { method: 'POST', json, token })

describe('a job that deploys to a protected environment', () => {
  const work = `
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: live
    steps: [{ run: 'echo "to \${{ vars.WHERE }} with $KEY"', env: { KEY: '\${{ secrets.KEY }}' } }]
  after: { needs: deploy, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
`
  async function protect(rules: object): Promise<number> {
    const { status, body } = await shop.ask('/environments/live', { method: 'PUT', json: rules })
    expect(status).toBe(200)
    const vault = bench.state.repository(shop.name).setup.environments.get('live')
    vault?.variables.set('WHERE', { name: 'WHERE', value: 'moon', createdAt: 0, updatedAt: 0 })
    vault?.secrets.set('KEY', { name: 'KEY', value: 'moon-key', createdAt: 0, updatedAt: 0 })
    return Number(body.id)
  }
  const pending = async (run: number) =>
    JSON.parse((await shop.ask(`/actions/runs/${run}/pending_deployments`)).text) as Record<string, unknown>[]

  it('waits for a reviewer, who approves it', async () => {
    const { owner } = bench.accounts
    const id = await protect({ reviewers: [{ type: 'User', id: owner.id }] })
    await shop.commit({ '.github/workflows/work.yml': work })
    const run = await shop.until('waiting')
    expect((await shop.jobs(run.id)).map(({ name, status }) => [name, status])).toEqual([['deploy', 'waiting']])
    expect(await pending(run.id)).toMatchObject([
      {
        environment: { id, name: 'live' },
        wait_timer: 0,
        wait_timer_started_at: null,
        current_user_can_approve: true,
        reviewers: [{ type: 'User', reviewer: { login: 'owner' } }],
      },
    ])
    const path = `/actions/runs/${run.id}/pending_deployments`
    const review = { environment_ids: [id], state: 'approved', comment: 'Go' }
    expect((await post(path, { ...review, environment_ids: [id + 100] })).status).toBe(422)
    expect((await post(path, review, bench.accounts.credentials.stranger.token)).status).toBe(403)
    const approved = await post(path, review)
    expect(approved.status).toBe(200)
    expect(JSON.parse(approved.text)).toMatchObject([{ environment: 'live', sha: run.head_sha }])
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'success' })
    const [deploy] = await shop.jobs(run.id)
    expect(await shop.log(deploy?.id ?? 0)).toContain('\nto moon with ***\n')
    expect(await pending(run.id)).toEqual([])
    expect((await post(path, review)).status).toBe(422)
    expect(bench.state.actions.reviews).toMatchObject([{ environment: 'live', state: 'approved', comment: 'Go' }])
  })

  it('fails when it is rejected, and may not be approved by who started it where that is forbidden', async () => {
    const { owner } = bench.accounts
    const reviewers = [{ type: 'User', id: owner.id }]
    const id = await protect({ reviewers })
    await shop.commit({ '.github/workflows/work.yml': work })
    const run = await shop.until('waiting')
    await post(`/actions/runs/${run.id}/pending_deployments`, {
      environment_ids: [id],
      state: 'rejected',
      comment: '',
    })
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'failure' })
    expect((await shop.jobs(run.id)).map((job) => job.conclusion)).toEqual(['failure', 'skipped'])

    await protect({ reviewers, prevent_self_review: true })
    await shop.commit({ a: '1' })
    const second = await shop.until('waiting')
    expect(await pending(second.id)).toMatchObject([{ current_user_can_approve: false }])
    const own = { environment_ids: [id], state: 'approved', comment: '' }
    expect((await post(`/actions/runs/${second.id}/pending_deployments`, own)).status).toBe(422)
    await post(`/actions/runs/${second.id}/cancel`)
    expect(await shop.until('completed', second.id)).toMatchObject({ conclusion: 'cancelled' })
  })

  it('waits for a time that passes', async () => {
    await protect({ wait_timer: 30 })
    await shop.commit({ '.github/workflows/work.yml': work })
    const run = await shop.until('waiting')
    expect(await pending(run.id)).toMatchObject([{ wait_timer: 30, reviewers: [] }])
    skipped += 29 * 60_000
    expect((await shop.until('waiting')).id).toBe(run.id)
    skipped += 60_000
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'success' })
  })
})

describe('a run', () => {
  it('is cancelled with a chance to clean up, and stopped without one', async () => {
    const work = (cleaning: string) => `
on: push
jobs:
  long:
    runs-on: ubuntu-latest
    steps:
      - { name: slow, run: sleep 60 }
      - { name: skipped, run: echo never }
      - { name: clean, if: always(), run: '${cleaning}' }
  never: { needs: long, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
  last: { needs: long, if: cancelled(), runs-on: ubuntu-latest, steps: [{ run: 'echo "\${{ needs.long.result }}"' }] }
`
    await shop.commit({ '.github/workflows/work.yml': work('echo cleaned') })
    const busy = async (run: number, step: string) => {
      const [job] = await shop.jobs(run)
      return job?.steps.find(({ name }) => name === step)?.status
    }
    const first = await shop.until('in_progress')
    await expect.poll(() => busy(first.id, 'slow')).toBe('in_progress')
    expect((await post(`/actions/runs/${first.id}/cancel`)).status).toBe(202)
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'cancelled' })
    const jobs = await shop.jobs(first.id)
    expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['long', 'cancelled'],
      ['never', 'cancelled'],
      ['last', 'success'],
    ])
    expect(stepsOf(jobs[0])).toEqual({ slow: 'cancelled', skipped: 'skipped', clean: 'success' })

    await shop.commit({ '.github/workflows/work.yml': work('sleep 60') })
    const second = await shop.until('in_progress')
    await expect.poll(() => busy(second.id, 'slow')).toBe('in_progress')
    await post(`/actions/runs/${second.id}/cancel`)
    await expect.poll(() => busy(second.id, 'clean')).toBe('in_progress')
    expect((await post(`/actions/runs/${second.id}/force-cancel`)).status).toBe(202)
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'cancelled' })
  })

  it('is run again, whole or only what failed', async () => {
    const work = `
on: push
jobs:
  good: { runs-on: ubuntu-latest, outputs: { a: '\${{ steps.a.outputs.a }}' }, steps: [{ id: a, run: 'echo "a=b" >> "$GITHUB_OUTPUT"' }] }
  bad: { needs: good, runs-on: ubuntu-latest, steps: [{ run: '[ "$GITHUB_RUN_ATTEMPT \${{ needs.good.outputs.a }}" = "2 b" ]' }] }
  end: { needs: bad, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
`
    await shop.commit({ '.github/workflows/work.yml': work })
    const run = await shop.until('completed')
    expect(run).toMatchObject({ conclusion: 'failure', run_attempt: 1 })
    const [good] = await shop.jobs(run.id)
    expect((await post(`/actions/runs/${run.id}/rerun-failed-jobs`)).status).toBe(201)
    expect((await post(`/actions/runs/${run.id}/rerun`)).status).toBe(403)
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'success', run_attempt: 2 })
    const jobs = await shop.jobs(run.id)
    expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['good', 'success'],
      ['bad', 'success'],
      ['end', 'success'],
    ])
    expect(jobs[0]).toMatchObject({ started_at: (good as { started_at?: string })?.started_at, run_attempt: 2 })
    expect(await shop.jobs(run.id, 'all')).toHaveLength(6)
    expect((await post(`/actions/runs/${run.id}/rerun-failed-jobs`)).status).toBe(403)
    expect((await post(`/actions/runs/${run.id}/rerun`)).status).toBe(201)
    expect(await shop.until('completed')).toMatchObject({ conclusion: 'failure', run_attempt: 3 })
  })

  it('waits for the one before it in its group, and gives way to a newer one', async () => {
    const work = (cancel: boolean) => `
on: push
concurrency: { group: '\${{ github.workflow }}', cancel-in-progress: ${cancel} }
jobs:
  one: { runs-on: ubuntu-latest, steps: [{ run: sleep 60 }] }
`
    await shop.commit({ '.github/workflows/work.yml': work(false) })
    const first = await shop.until('in_progress')
    await shop.commit({ a: '1' })
    const second = await shop.until('pending')
    await shop.commit({ a: '2' })
    const third = await shop.until('pending')
    expect(await shop.until('completed', second.id)).toMatchObject({ conclusion: 'cancelled' })
    expect((await shop.until('in_progress', first.id)).conclusion).toBeNull()
    await post(`/actions/runs/${first.id}/cancel`)
    await shop.until('in_progress', third.id)
    await shop.commit({ '.github/workflows/work.yml': work(true) })
    expect(await shop.until('completed', third.id)).toMatchObject({ conclusion: 'cancelled' })
    expect(await shop.until('in_progress')).toMatchObject({ run_number: 4 })
  })

  it('leaves no process behind: not when its job ends, and not when the emulator does', async () => {
    const pids = () => {
      const log = bench.state.actions.runs.at(-1)?.jobs[0]?.log.text ?? ''
      return [...log.matchAll(/ pid (\d+)$/gm)].map(([, pid]) => Number(pid))
    }
    const work = (last: string) => `
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - run: |
          sleep 600 > /dev/null 2>&1 &
          echo "pid $!"
          setsid sleep 600 > /dev/null 2>&1 &
          echo "pid $!"
          ${last}
`
    await shop.commit({ '.github/workflows/work.yml': work('echo done') })
    await shop.until('completed')
    const [one = 0, other = 0] = pids()
    expect(one * other).toBeGreaterThan(0)
    await expect.poll(() => isRunning(one) || isRunning(other)).toBe(false)
    await shop.commit({ '.github/workflows/work.yml': work('wait') })
    await expect.poll(() => pids().length, { timeout: 5000 }).toBe(2)
    const late = pids()
    const run = bench.state.actions.runs.at(-1)
    await bench.close()
    expect(run).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
    await expect.poll(() => late.some(isRunning)).toBe(false)
    bench = await startGithub()
  })
})
