import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobJson, openWorkshop, stepsOf } from './actions-support.js'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

beforeAll(async () => {
  bench = await startGithub()
})
afterAll(() => bench.close())

const results = (jobs: readonly JobJson[]) => jobs.map(({ name, conclusion }) => [name, conclusion])

describe('jobs', () => {
  it('run in the order of their needs and hand on what they put out', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(`
on: push
env: { GREETING: hello }
jobs:
  one:
    runs-on: ubuntu-latest
    outputs:
      word: \${{ steps.say.outputs.word }}
      lines: \${{ steps.say.outputs.lines }}
    steps:
      - id: say
        run: |
          echo "word=$GREETING" >> "$GITHUB_OUTPUT"
          { echo 'lines<<END'; echo a; echo b; echo END; } >> "$GITHUB_OUTPUT"
  two:
    needs: one
    runs-on: ubuntu-latest
    env: { WORD: '\${{ needs.one.outputs.word }} there' }
    steps:
      - run: echo "$WORD, \${{ needs.one.result }}, \${{ join(fromJSON(toJSON(needs.one.outputs)).*, '-') }}"
      - run: echo "\${{ needs.one.outputs.lines }}"
`)
    expect(run.conclusion).toBe('success')
    expect(results(jobs)).toEqual([
      ['one', 'success'],
      ['two', 'success'],
    ])
    expect(logs.two).toContain('\nhello there, success, Array\n'.replace('Array', 'hello-a\nb'))
    expect(logs.two).toContain('\na\nb\n')
  })

  it('are made by a matrix, which may leave out and add', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(`
on: push
jobs:
  list:
    runs-on: ubuntu-latest
    outputs: { nodes: '\${{ steps.l.outputs.nodes }}' }
    steps: [{ id: l, run: 'echo "nodes=[18, 20]" >> "$GITHUB_OUTPUT"' }]
  test:
    needs: list
    strategy:
      fail-fast: false
      matrix:
        node: \${{ fromJSON(needs.list.outputs.nodes) }}
        color: [red, blue]
        exclude: [{ node: 18, color: blue }]
        include:
          - { color: red, extra: yes-please }
          - { node: 22, color: green }
    runs-on: ubuntu-latest
    continue-on-error: \${{ matrix.node == 22 }}
    steps:
      - run: echo "\${{ matrix.node }} \${{ matrix.color }} \${{ matrix.extra }}"; [ \${{ matrix.node }} != 22 ]
  after:
    needs: test
    runs-on: ubuntu-latest
    steps: [{ run: echo done }]
`)
    expect(run.conclusion).toBe('success')
    expect(results(jobs)).toEqual([
      ['list', 'success'],
      ['test (18, red, yes-please)', 'success'],
      ['test (20, red, yes-please)', 'success'],
      ['test (20, blue)', 'success'],
      ['test (22, green)', 'failure'],
      ['after', 'success'],
    ])
    expect(logs['test (18, red, yes-please)']).toContain('\n18 red yes-please\n')
  })

  it('stop their siblings when one fails', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs } = await shop.run(`
on: push
jobs:
  test:
    strategy: { matrix: { what: ['false', sleep 60, sleep 61] } }
    runs-on: ubuntu-latest
    steps: [{ run: '\${{ matrix.what }}' }]
`)
    expect(run.conclusion).toBe('failure')
    expect(results(jobs)).toEqual([
      ['test (false)', 'failure'],
      ['test (sleep 60)', 'cancelled'],
      ['test (sleep 61)', 'cancelled'],
    ])
  })

  it('are two at a time, in an environment of their own without what the machine keeps secret', async () => {
    process.env.SECRET_OF_THE_HOST = 'leaked'
    const shop = await openWorkshop(bench)
    const probe =
      'echo "[$SECRET_OF_THE_HOST] $CI $RUNNER_OS $HOME"; ls -A | wc -l; npm config get registry 2>/dev/null'
    const { logs } = await shop
      .run(`
on: push
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: '${probe}' }] }
`)
      .finally(() => delete process.env.SECRET_OF_THE_HOST)
    expect(logs.a).toMatch(/\n\[\] true (?:Linux|macOS) \/\S+\/home\n0\nhttps?:/)
    const shape = `
on: push
jobs:
${['a', 'b', 'c'].map((key) => `  ${key}: { runs-on: ubuntu-latest, steps: [{ run: sleep 60 }] }`).join('\n')}
`
    const busy = await openWorkshop(bench)
    await busy.commit({ '.github/workflows/work.yml': shape })
    const run = await busy.until('in_progress')
    const statuses = async () => (await busy.jobs(run.id)).map((job) => job.status).sort()
    await expect.poll(statuses).toEqual(['in_progress', 'in_progress', 'queued'])
    expect((await busy.ask(`/actions/runs/${run.id}/cancel`, { method: 'POST' })).status).toBe(202)
    expect(await busy.until('completed')).toMatchObject({ conclusion: 'cancelled' })
    expect((await busy.jobs(run.id)).map((job) => job.conclusion)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect((await busy.ask(`/actions/runs/${run.id}/cancel`, { method: 'POST' })).status).toBe(409)
  })

  it('end when their time is over', async () => {
    const shop = await openWorkshop(bench)
    const { jobs, logs } = await shop.run(`
on: push
jobs:
  step:
    runs-on: ubuntu-latest
    steps:
      - { name: slow, run: sleep 60, timeout-minutes: 0.003 }
      - { name: after, if: failure(), run: 'true' }
  whole:
    runs-on: ubuntu-latest
    timeout-minutes: 0.003
    steps: [{ name: slow, run: sleep 60 }]
`)
    const [step, whole] = jobs
    expect([step?.conclusion, whole?.conclusion]).toEqual(['failure', 'cancelled'])
    expect(stepsOf(step)).toEqual({ slow: 'failure', after: 'success' })
    expect(logs.step).toContain('##[error]The action has timed out after 0.003 minutes.')
    expect(logs.whole).toContain('##[error]The job has exceeded the maximum execution time of 0.003 minutes')
  })

  it('fail before they begin where something is asked for that is not there', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(`
on: push
jobs:
  action:
    runs-on: ubuntu-latest
    steps:
      - { name: never, run: echo never }
      - uses: someone/something@v1
  runner: { runs-on: windows-latest, steps: [{ run: echo never }] }
  reusable: { uses: ./.github/workflows/other.yml }
  container: { runs-on: ubuntu-latest, container: 'node:20', steps: [{ run: echo never }] }
  expression: { runs-on: ubuntu-latest, if: nothing(), steps: [{ run: echo never }] }
`)
    expect(run.conclusion).toBe('failure')
    expect(jobs.map((job) => job.conclusion)).toEqual(Array(5).fill('failure'))
    expect(jobs[0]?.steps[0]).toMatchObject({ name: 'Set up job', conclusion: 'failure' })
    expect(stepsOf(jobs[0])).toEqual({ never: 'skipped', 'Run someone/something@v1': 'skipped' })
    expect(logs.action).toContain('##[error]Unable to resolve action `someone/something@v1`')
    expect(logs.runner).toContain('no runner with the label windows-latest')
    expect(logs.reusable).toContain('no reusable workflows')
    expect(logs.container).toContain('no container')
    expect(logs.expression).toContain("Unrecognized function: 'nothing'")
    expect(Object.values(logs).join()).not.toContain('echo never')
  })
})

describe('steps', () => {
  it('change what later ones find, and hide what is secret', async () => {
    const shop = await openWorkshop(bench)
    const { setup } = bench.state.repository(shop.name)
    const stored = (name: string, value: string) => ({ name, value, createdAt: 0, updatedAt: 0 })
    setup.secrets.set('TOKEN', stored('TOKEN', 'very-secret'))
    setup.variables.set('COLOR', stored('COLOR', 'green'))
    const { run, jobs, logs } = await shop.run(`
on: push
defaults: { run: { working-directory: below } }
jobs:
  only:
    runs-on: ubuntu-latest
    env: { TOKEN: '\${{ secrets.TOKEN }}', A: job }
    steps:
      - run: mkdir below
        working-directory: .
      - run: |
          echo "B=later" >> "$GITHUB_ENV"
          mkdir bin && printf '#!/bin/sh\\necho from the path' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo '# Summary' >> "$GITHUB_STEP_SUMMARY"
      - name: Say in \${{ env.A }}
        env: { A: step }
        run: |
          echo "$A $B $TOKEN \${{ vars.COLOR }} \${{ env.A }}"
          tool
          basename $PWD
      - run: |
          echo "::add-mask::hidden-word"
          echo "now hidden-word"
          echo "::group::Box"
          echo "::error file=a::Oh%0Adear"
      - { id: soft, continue-on-error: true, run: exit 3 }
      - run: echo "\${{ steps.soft.outcome }} \${{ steps.soft.conclusion }} \${{ github.token != '' }} \${{ runner.os }}"
      - { run: 'echo "oddly" >> "$GITHUB_OUTPUT"', name: odd, continue-on-error: true }
      - { shell: sh, run: 'false | true; echo "in $0"' }
      - run: |
          : \${{ github.token }} \${{ secrets.TOKEN }} \${{ vars.COLOR }}
          true
      - { shell: bash, run: 'false | true', name: pipes }
`)
    expect(run.conclusion).toBe('failure')
    expect(stepsOf(jobs[0])).toMatchObject({ 'Say in step': 'success', odd: 'success', pipes: 'failure' })
    expect(stepsOf(jobs[0])).toMatchObject({ 'Run : *** *** green': 'success' })
    const log = logs.only ?? ''
    expect(log).toContain('\nstep later *** green step\nfrom the path\nbelow\n')
    expect(log).toContain('\nnow ***\n##[group]Box\n##[error]Oh\ndear\n')
    expect(log).toContain('\nfailure success true ')
    expect(log).toContain("##[error]Unable to process file command 'output' successfully. Invalid format 'oddly'")
    expect(log).not.toContain('very-secret')
    const [workflow] = bench.state.actions.runs.filter((one) => one.id === run.id)
    expect(workflow?.jobs[0]?.log.text).not.toContain('very-secret')
  })
})

describe('a log', () => {
  it('is to be fetched elsewhere, within a minute and without a page being allowed to', async () => {
    let time = Date.now()
    const own = await startGithub({ now: () => time })
    try {
      const shop = await openWorkshop(own)
      const { jobs, run } = await shop.run(
        'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo hello }] } }',
      )
      const path = `/actions/jobs/${jobs[0]?.id}/logs`
      const { status, headers, text } = await shop.ask(path, { redirect: 'manual' })
      expect([status, text]).toEqual([302, ''])
      const location = headers.get('Location') ?? ''
      expect(new URL(location).origin).not.toBe(own.api)
      const answer = await fetch(location)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(await answer.text()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+0000Z hello$/m)
      time += 61_000
      expect((await fetch(location)).status).toBe(403)
      const all = await shop.ask(`/actions/runs/${run.id}/logs`, { redirect: 'manual' })
      const archive = await fetch(all.headers.get('Location') ?? '')
      expect([all.status, archive.headers.get('Content-Type')]).toEqual([302, 'application/zip'])
    } finally {
      await own.close()
    }
  })
})
