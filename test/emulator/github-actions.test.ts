import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkshop, stepsOf } from './actions-support.js'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

beforeAll(async () => {
  bench = await startGithub()
})
afterAll(() => bench.close())

describe('a workflow', () => {
  it('runs what its steps say when it is pushed, and tells of it', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(
      `
name: Work
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Read
        run: cat greeting.txt && git log --oneline | wc -l
      - run: |
          echo one
          echo "$GITHUB_REPOSITORY at $GITHUB_REF_NAME"
`,
      { 'greeting.txt': 'hello there\n' },
    )
    expect(run).toMatchObject({
      name: 'Work',
      event: 'push',
      status: 'completed',
      conclusion: 'success',
      run_number: 1,
    })
    expect(run).toMatchObject({ head_branch: 'main', display_title: 'Change it', run_attempt: 1 })
    expect(run.head_sha).toBe(await bench.state.head(shop.name))
    expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([['build', 'success']])
    expect(jobs[0]?.steps.map(({ number, name, conclusion }) => [number, name, conclusion])).toEqual([
      [1, 'Set up job', 'success'],
      [2, 'Run actions/checkout@v4', 'success'],
      [3, 'Read', 'success'],
      [4, 'Run echo one', 'success'],
      [5, 'Complete job', 'success'],
    ])
    expect(logs.build).toContain('hello there\n1\n')
    expect(logs.build).toContain(`${shop.name} at main`)
  })

  it('stops at the step that fails, and says so', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(`
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - { name: first, run: 'false; echo unread' }
      - { name: second, run: echo never }
      - { name: after, if: always(), run: 'echo "it was \${{ job.status }}"' }
  then:
    needs: build
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
  anyway:
    needs: [build, then]
    if: failure()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "\${{ needs.build.result }} \${{ needs.then.result }}"' }]
`)
    expect(run.conclusion).toBe('failure')
    expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['build', 'failure'],
      ['then', 'skipped'],
      ['anyway', 'success'],
    ])
    expect(stepsOf(jobs[0])).toEqual({ first: 'failure', second: 'skipped', after: 'success' })
    expect(logs.build).toContain('##[error]Process completed with exit code 1.')
    expect(logs.build).toContain('it was failure')
    expect(logs.build).not.toContain('\nunread')
    expect(logs.anyway).toContain('\nfailure skipped\n')
  })
})

describe('what starts a run', () => {
  const job = `
jobs:
  only:
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`

  it('is a push that passes the filters', async () => {
    const shop = await openWorkshop(bench)
    const work = `
on:
  push:
    branches: [main, 'releases/**', '!releases/old']
    paths: ['src/**', '!src/**.md']
${job}`
    await shop.commit({ '.github/workflows/work.yml': work })
    await shop.commit({ 'src/a.md': 'text' })
    expect(await shop.runs()).toEqual([])
    const commit = await shop.commit({ 'src/deep/a.js': '1' })
    await shop.commit({ 'src/a.js': '1' }, 'other')
    await shop.commit({ 'src/a.js': '1', '.github/workflows/work.yml': work }, 'releases/1.0')
    await shop.commit({ 'src/a.js': '1', '.github/workflows/work.yml': work }, 'releases/old')
    const runs = await shop.runs()
    expect(runs.map((run) => run.head_branch)).toEqual(['releases/1.0', 'main'])
    expect(runs[1]?.head_sha).toBe(commit)
    await shop.commit({ 'src/b.js': '2' }, 'main', 'Quietly [skip ci]')
    expect(await shop.runs()).toHaveLength(2)
    for (const run of runs) await shop.until('completed', run.id)
  })

  it('may be git, or a ref that the API moves', async () => {
    const shop = await openWorkshop(bench)
    const { mustGit, folder, remote } = bench
    await mustGit(folder, 'clone', '--quiet', remote(shop.name), 'by-git')
    const clone = `${folder}/by-git`
    await mkdir(`${clone}/.github/workflows`, { recursive: true })
    await writeFile(`${clone}/.github/workflows/work.yml`, `on: push${job}`)
    await mustGit(clone, 'add', '.')
    await mustGit(clone, 'commit', '--quiet', '-m', 'By git')
    await mustGit(clone, 'push', '--quiet', 'origin', 'HEAD:main')
    const [pushed] = await shop.runs()
    expect(pushed).toMatchObject({ event: 'push', head_branch: 'main', display_title: 'By git' })
    const json = { ref: 'refs/heads/by-api', sha: pushed?.head_sha }
    expect((await shop.ask('/git/refs', { method: 'POST', json })).status).toBe(201)
    expect((await shop.runs())[0]).toMatchObject({ head_branch: 'by-api', run_number: 2 })
    for (const run of await shop.runs()) await shop.until('completed', run.id)
  })

  it('may be someone, with inputs that are checked', async () => {
    const shop = await openWorkshop(bench)
    await shop.commit({
      '.github/workflows/deploy.yml': `
name: Deploy
run-name: Deploy to \${{ inputs.where }}
on:
  workflow_dispatch:
    inputs:
      where: { required: true, type: choice, options: [here, there] }
      dry: { type: boolean, default: true }
      count: { type: number, default: 3 }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ inputs.where }} \${{ !inputs.dry }} \${{ inputs.count + 0 == 3 }}"
        if: false
      - run: echo "\${{ inputs.where }} \${{ inputs.dry && 'dry' || 'real' }} \${{ github.event.inputs.count }}"
`,
      '.github/workflows/other.yml': `on: push${job}`,
    })
    const dispatch = (json: unknown, file = 'deploy.yml', token?: string) =>
      shop.ask(`/actions/workflows/${file}/dispatches`, { method: 'POST', json, ...(token && { token }) })
    const refused = async (json: unknown, file?: string) => {
      const { status, body } = await dispatch(json, file)
      return [status, body.message]
    }
    expect(await refused({ ref: 'main' })).toEqual([422, "Required input 'where' not provided"])
    expect(await refused({ ref: 'none', inputs: { where: 'here' } })).toEqual([422, 'No ref found for: none'])
    expect(await refused({ ref: 'main', inputs: { where: 'here', more: 1 } })).toEqual([
      422,
      'Unexpected inputs provided: ["more"]',
    ])
    expect(await refused({ ref: 'main', inputs: { where: 'nowhere' } })).toEqual([
      422,
      "Provided value 'nowhere' for input 'where' not in the list of allowed values",
    ])
    expect(await refused({ ref: 'main' }, 'other.yml')).toEqual([
      422,
      "Workflow does not have 'workflow_dispatch' trigger",
    ])
    expect((await dispatch({ ref: 'main' }, 'none.yml')).status).toBe(404)
    expect((await dispatch({ ref: 'main' }, 'deploy.yml', bench.accounts.credentials.stranger.token)).status).toBe(403)
    const silent = await dispatch({ ref: 'main', inputs: { where: 'here' } })
    expect([silent.status, silent.text]).toEqual([204, ''])
    const inputs = { where: 'there', dry: 'false', count: '5' }
    const { status, body } = await dispatch({ ref: 'refs/heads/main', inputs, return_run_details: true })
    expect(status).toBe(200)
    expect(body.run_url).toBe(`${bench.api}/repos/${shop.name}/actions/runs/${body.workflow_run_id}`)
    const run = await shop.until('completed', Number(body.workflow_run_id))
    expect(run).toMatchObject({ event: 'workflow_dispatch', conclusion: 'success', display_title: 'Deploy to there' })
    const [job_] = await shop.jobs(run.id)
    expect(await shop.log(job_?.id ?? 0)).toContain('there real 5\n')
  })

  it('is nothing where the file is wrong: the run fails without a job', async () => {
    const shop = await openWorkshop(bench)
    for (const [wrong, index] of [
      ['on: push\njobs:\n  a: { runs-on: x, steps: [{ run: a, uses: b }] }', 1],
      ['on: push\njobs: {}', 2],
      ['on: push\njobs:\n  a: { needs: b, runs-on: x, steps: [{ run: a }] }', 3],
      ['on: push\njobs:\n  a: { runs: x }', 4],
      ['on: [push\n', 5],
      ['on: [push, puush]\njobs:\n  a: { runs-on: x, steps: [{ run: a }] }', 6],
      [
        'on: push\njobs:\n  a: { needs: b, runs-on: x, steps: [{ run: a }] }\n  b: { needs: a, runs-on: x, steps: [{ run: a }] }',
        7,
      ],
    ] as const) {
      await shop.commit({ '.github/workflows/wrong.yml': wrong })
      expect((await shop.runs())[0]).toMatchObject({ status: 'completed', conclusion: 'failure', run_number: index })
      expect((await shop.runs())[0]?.name).toBe('.github/workflows/wrong.yml')
    }
    const [run] = await shop.runs()
    expect(await shop.jobs(run?.id ?? 0)).toEqual([])
  })

  it('is listed by its workflow, and found by what it is', async () => {
    const shop = await openWorkshop(bench)
    await shop.commit({
      '.github/workflows/a.yml': `name: A\non: push${job}`,
      '.github/workflows/b.yml': `on: push${job}`,
    })
    for (const run of await shop.runs()) await shop.until('completed', run.id)
    const { body } = await shop.ask('/actions/workflows')
    const workflows = body.workflows as { id: number; name: string; path: string; state: string }[]
    expect(workflows.map(({ name, path, state }) => [name, path, state])).toEqual([
      ['A', '.github/workflows/a.yml', 'active'],
      ['.github/workflows/b.yml', '.github/workflows/b.yml', 'active'],
    ])
    expect((await shop.ask(`/actions/workflows/${workflows[0]?.id}`)).body.name).toBe('A')
    const own = (await shop.ask('/actions/workflows/b.yml/runs')).body
    expect(own.total_count).toBe(1)
    expect(await shop.runs('?status=success&branch=main&event=push')).toHaveLength(2)
    for (const query of [
      '?status=failure',
      '?branch=other',
      '?event=workflow_dispatch',
      `?head_sha=${'0'.repeat(40)}`,
    ]) {
      expect(await shop.runs(query)).toEqual([])
    }
    const first = await shop.ask('/actions/runs?per_page=1')
    expect(first.body.total_count).toBe(2)
    expect(first.headers.get('Link')).toContain('rel="next"')
  })

  it('may be a pull request', async () => {
    const shop = await openWorkshop(bench)
    await shop.commit({ '.github/workflows/a.yml': `on: { pull_request: { branches: [main] } }${job}` })
    await shop.commit({ 'a.txt': 'a' }, 'unrelated')
    const sha = await bench.state.head(shop.name)
    await shop.ask('/git/refs', { method: 'POST', json: { ref: 'refs/heads/topic', sha } })
    await shop.commit({ 'b.txt': 'b' }, 'topic')
    const json = { title: 'Add b', head: 'topic', base: 'main' }
    expect((await shop.ask('/pulls', { method: 'POST', json })).status).toBe(201)
    const [opened] = await shop.runs()
    expect(opened).toMatchObject({ event: 'pull_request', head_branch: 'topic', run_number: 1 })
    const next = await shop.commit({ 'b.txt': 'c' }, 'topic')
    expect((await shop.runs())[0]).toMatchObject({ event: 'pull_request', head_sha: next, run_number: 2 })
    for (const run of await shop.runs()) await shop.until('completed', run.id)
  })
})
