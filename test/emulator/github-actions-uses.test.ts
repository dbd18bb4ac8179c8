import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { openWorkshop, stepsOf } from './actions-support.js'
import { type GithubBench, startGithub } from './github-support.js'

let bench: GithubBench

beforeAll(async () => {
  bench = await startGithub()
})
afterAll(() => bench.close())

/** A job that only uses one action, and then looks at what it left. */
const using = (uses: string, rest = '') => `
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: it
        uses: ${uses}
${rest}`

describe('actions/checkout', () => {
  it('clones the commit of the run, into a folder and with history where asked', async () => {
    const shop = await openWorkshop(bench)
    await shop.commit({ 'a.txt': 'old', 'run.sh': '' })
    const { logs } = await shop.run(`
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "shallow $(git rev-list --count HEAD) on $(git branch --show-current) at $(git rev-parse HEAD)"
      - { uses: actions/checkout@v4, with: { path: deep/er, fetch-depth: 0 } }
      - run: git -C deep/er rev-list --count HEAD && git status --porcelain --untracked-files=no
`)
    expect(logs.only).toContain(`shallow 1 on main at ${await bench.state.head(shop.name)}`)
    expect(logs.only).toContain('\n2\nCleaning')
  })

  it('leaves a token that may push where the workflow says so, which starts no run', async () => {
    const shop = await openWorkshop(bench)
    const work = (permissions: string) => `
on: push
permissions: { contents: ${permissions} }
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          git -c user.name=Owner -c user.email=owner@example.com commit --quiet --allow-empty -m 'By the run'
          git push origin HEAD:by-the-run
`
    const refused = await shop.run(work('read'))
    expect(refused.run.conclusion).toBe('failure')
    expect(await bench.state.head(shop.name, 'by-the-run')).toBeUndefined()
    await shop.commit({ '.github/workflows/work.yml': work('write') })
    expect(await shop.until('completed')).toMatchObject({ run_number: 2, conclusion: 'success' })
    expect(await bench.state.head(shop.name, 'by-the-run')).toMatch(/^[0-9a-f]{40}$/)
    expect(await shop.runs()).toHaveLength(2)
  })

  it('refuses what is not the repository of the run', async () => {
    const shop = await openWorkshop(bench)
    const { logs } = await shop.run(using('actions/checkout@v4', '        with: { repository: someone/else }'))
    expect(logs.only).toContain('not someone/else')
  })
})

describe('actions/setup-node', () => {
  it('gives this machine’s Node, says where another is meant, and knows what there is not', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(
      `
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - { id: own, uses: actions/setup-node@v4, with: { node-version-file: .nvmrc } }
      - run: test "$(node --version)" = "\${{ steps.own.outputs.node-version }}"
      - { name: other, uses: actions/setup-node@v4, with: { node-version: 8.x } }
      - { name: impossible, uses: actions/setup-node@v4, with: { node-version: 999 }, continue-on-error: true }
      - { name: words, uses: actions/setup-node@v4, with: { node-version: banana }, continue-on-error: true }
      - { name: lock, uses: actions/setup-node@v4, with: { node-version: 20, cache: npm, extra: 1 } }
`,
      { '.nvmrc': 'lts/*\n' },
    )
    expect(run.conclusion).toBe('failure')
    expect(stepsOf(jobs[0])).toMatchObject({
      other: 'success',
      impossible: 'success',
      words: 'success',
      lock: 'failure',
    })
    expect(logs.only).toContain(`has only Node ${process.versions.node} and uses it in place of 8.x`)
    expect(logs.only).toContain("##[error]Unable to find Node version '999'")
    expect(logs.only).toContain("##[error]Unable to find Node version 'banana'")
    expect(logs.only).toContain("##[warning]Unexpected input(s) 'extra'")
    expect(logs.only).toContain('##[error]Dependencies lock file is not found')
  })
})

describe('actions/cache', () => {
  it('brings back what was kept under the key, or under the beginning of one', async () => {
    const shop = await openWorkshop(bench)
    const work = `
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: cache
        uses: actions/cache@v4
        with:
          path: |
            kept
            ~/.tool
          key: kept-\${{ hashFiles('lock.json') }}
          restore-keys: kept-
      - run: echo "hit [\${{ steps.cache.outputs.cache-hit }}] $(cat kept/deep/file ~/.tool/file 2>/dev/null | tr '\\n' ' ')"
      - run: mkdir -p kept/deep ~/.tool && cp lock.json kept/deep/file && echo home > ~/.tool/file
`
    const said = async (files: Record<string, string>) => {
      const { logs, jobs } = await shop.run(work, files)
      return [/hit \[.*/.exec(logs.only?.split('##[endgroup]').at(-2) ?? '')?.[0], jobs[0]?.steps.at(-2)?.name]
    }
    expect(await said({ 'lock.json': 'one' })).toEqual(['hit [] ', 'Post Run actions/cache@v4'])
    expect((await said({ 'lock.json': 'one', other: '1' }))[0]).toBe('hit [true] onehome ')
    expect((await said({ 'lock.json': 'two' }))[0]).toBe('hit [false] onehome ')
    expect((await said({ 'lock.json': 'two', other: '2' }))[0]).toBe('hit [true] twohome ')
  })
})

describe('artifacts', () => {
  it('go from job to job, and are fetched as a zip archive', async () => {
    const shop = await openWorkshop(bench)
    const { run, jobs, logs } = await shop.run(`
on: push
jobs:
  make:
    runs-on: ubuntu-latest
    steps:
      - run: mkdir -p out/deep && echo one > out/a.txt && echo two > out/deep/b.txt && echo no > out/c.map && echo > out/.hid
      - id: up
        uses: actions/upload-artifact@v4
        with:
          name: site
          path: |
            out
            !out/**/*.map
      - run: 'echo "id \${{ steps.up.outputs.artifact-id }}"'
      - { name: again, uses: actions/upload-artifact@v4, with: { name: site, path: out }, continue-on-error: true }
      - { name: none, uses: actions/upload-artifact@v4, with: { name: no, path: nothing, if-no-files-found: error }, continue-on-error: true }
  use:
    needs: make
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v4, with: { name: site, path: here } }
      - run: cd here && find . -type f | sort && cat deep/b.txt
      - { name: absent, uses: actions/download-artifact@v4, with: { name: absent } }
`)
    expect(logs.use).toContain('\n./a.txt\n./deep/b.txt\ntwo\n')
    expect(logs.make).toContain('(409) Conflict')
    expect(logs.make).toContain('##[error]No files were found with the provided path: nothing')
    expect(logs.use).toContain('Artifact not found for name: absent')
    expect(jobs.map((job) => job.conclusion)).toEqual(['success', 'failure'])
    const { body } = await shop.ask(`/actions/runs/${run.id}/artifacts`)
    const [artifact] = body.artifacts as { id: number; name: string; digest: string; archive_download_url: string }[]
    expect([body.total_count, artifact?.name]).toEqual([1, 'site'])
    expect(logs.make).toContain(`\nid ${artifact?.id}\n`)
    expect((await shop.ask('/actions/artifacts?name=other')).body.total_count).toBe(0)
    const path = `/actions/artifacts/${artifact?.id}/zip`
    expect((await shop.ask(path, { token: null })).status).toBe(401)
    const { status, headers } = await shop.ask(path, { redirect: 'manual' })
    expect(status).toBe(302)
    const bytes = await (await fetch(headers.get('Location') ?? '')).arrayBuffer()
    const listed = Object.keys(unzipSync(new Uint8Array(bytes)))
    expect(listed).toEqual(['a.txt', 'deep/b.txt'])
  })
})

describe('a site that a workflow deploys', () => {
  const work = (permissions: string) => `
on: push
permissions: { contents: read, ${permissions} }
concurrency: { group: pages, cancel-in-progress: false }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - { uses: actions/setup-node@v4, with: { node-version: 20, cache: npm } }
      - { id: pages, uses: actions/configure-pages@v5 }
      - run: npm ci && npm run build
        env: { BASE: '\${{ steps.pages.outputs.base_path }}' }
      - { uses: actions/upload-pages-artifact@v3, with: { path: dist } }
  deploy:
    needs: build
    runs-on: ubuntu-latest
    environment: { name: github-pages, url: '\${{ steps.deployment.outputs.page_url }}' }
    steps: [{ id: deployment, uses: actions/deploy-pages@v4 }]
`
  const script =
    "require('fs').mkdirSync('dist');require('fs').writeFileSync('dist/index.html','base '+process.env.BASE)"
  const project = {
    'build.cjs': script,
    'package.json': JSON.stringify({ name: 'site', version: '1.0.0', scripts: { build: 'node build.cjs' } }),
    'package-lock.json': JSON.stringify({
      name: 'site',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'site', version: '1.0.0' } },
    }),
  }

  it('is built, uploaded and live at the address that the run tells', async () => {
    const shop = await openWorkshop(bench)
    const made = await shop.ask('/pages', { method: 'POST', json: { build_type: 'workflow' } })
    expect(made.body).toMatchObject({ build_type: 'workflow', status: null, source: { branch: 'main', path: '/' } })
    const { run, jobs } = await shop.run(work('pages: write, id-token: write'), project)
    expect(jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['build', 'success'],
      ['deploy', 'success'],
    ])
    const address = String(made.body.html_url)
    const base = new URL(address).pathname.slice(0, -1)
    expect(await (await createLocalFetch()(address)).text()).toBe(`base ${base}`)
    const listed = JSON.parse((await shop.ask('/deployments?environment=github-pages')).text) as {
      id: number
      sha: string
    }[]
    expect(listed.map(({ sha }) => sha)).toEqual([run.head_sha])
    const said = JSON.parse((await shop.ask(`/deployments/${listed[0]?.id}/statuses`)).text) as Record<string, string>[]
    expect(said.map(({ state }) => state)).toEqual(['success', 'in_progress', 'queued'])
    expect(said[0]?.environment_url).toBe(address)
  })

  it('is refused without the permissions, and from another branch', async () => {
    const shop = await openWorkshop(bench)
    await shop.ask('/pages', { method: 'POST', json: { build_type: 'workflow' } })
    const noPages = await shop.run(work('pages: read, id-token: write'), project)
    expect(noPages.logs.deploy).toContain('(status: 403)')
    expect(noPages.logs.deploy).toContain('Ensure GITHUB_TOKEN has permission "pages: write".')
    const noIdentity = await shop.run(work('pages: write'), { ...project, other: '1' })
    expect(noIdentity.logs.deploy).toContain('Ensure GITHUB_TOKEN has permission "id-token: write".')
    const allowed = work('pages: write, id-token: write')
    await shop.commit({ ...project, '.github/workflows/work.yml': allowed }, 'other')
    const run = await shop.until('completed')
    const [, deploy] = await shop.jobs(run.id)
    expect(await shop.log(deploy?.id ?? 0)).toContain('Branch "other" is not allowed to deploy to github-pages')
  })
})
