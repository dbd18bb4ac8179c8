import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GithubBench, type GitResult, startGithub } from './github-support.js'

let bench: GithubBench
let count = 0

beforeAll(async () => {
  bench = await startGithub()
})
afterAll(() => bench.close())

/** A repository with one commit, and a clone of it with a second one that is not pushed. */
async function create(): Promise<{ name: string; clone: string; push(...refs: string[]): Promise<GitResult> }> {
  const name = `owner/rules-${++count}`
  await bench.state.create(bench.accounts.owner, `rules-${count}`)
  const author = { name: 'Owner', email: 'owner@example.com' }
  await bench.state.commit({ repository: name, files: { 'a.txt': '1' }, message: 'one', author })
  const clone = join(bench.folder, `rules-${count}`)
  await bench.mustGit(bench.folder, 'clone', '--quiet', bench.remote(name), clone)
  await writeFile(join(clone, 'b.txt'), '2')
  await bench.mustGit(clone, 'add', '.')
  await bench.mustGit(clone, 'commit', '--quiet', '-m', 'two')
  return { name, clone, push: (...refs) => bench.git(clone, 'push', 'origin', ...refs) }
}

const ruleset = {
  name: 'main',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
}
const pullRequest = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 1,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
}

describe('a ruleset', () => {
  it('refuses a push that no pull request brings, and lets administrators bypass it where it says so', async () => {
    const { name, push } = await create()
    const made = await bench.ask(`/repos/${name}/rulesets`, {
      method: 'POST',
      json: { ...ruleset, rules: [pullRequest] },
    })
    expect(made.status).toBe(201)
    const refused = await push('HEAD:main')
    expect(refused.code).not.toBe(0)
    expect(refused.complaints).toContain('GH013: Repository rule violations found for refs/heads/main.')
    expect(refused.complaints).toContain('- Changes must be made through a pull request.')
    expect(refused.complaints).toContain('(push declined due to repository rule violations)')
    expect((await push('HEAD:other')).code).toBe(0)
    const bypass_actors = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }]
    await bench.ask(`/repos/${name}/rulesets/${made.body.id}`, { method: 'PUT', json: { bypass_actors } })
    expect((await push('HEAD:main')).code).toBe(0)
  })

  it('refuses force and deletion', async () => {
    const { name, clone, push } = await create()
    await push('HEAD:main')
    const rules = [{ type: 'non_fast_forward' }, { type: 'deletion' }]
    const json = { ...ruleset, conditions: { ref_name: { include: ['refs/heads/ma*'], exclude: [] } }, rules }
    await bench.ask(`/repos/${name}/rulesets`, { method: 'POST', json })
    await bench.mustGit(clone, 'reset', '--hard', '--quiet', 'HEAD~1')
    expect((await push('+HEAD:main')).complaints).toContain('- Cannot force-push to this branch')
    expect((await push(':main')).complaints).toContain('- Cannot delete this branch')
  })

  it('has a name of its own, and patterns that name refs', async () => {
    const { name } = await create()
    const post = (json: unknown) => bench.ask(`/repos/${name}/rulesets`, { method: 'POST', json })
    expect((await post(ruleset)).status).toBe(201)
    expect((await post(ruleset)).status).toBe(422)
    const conditions = { ref_name: { include: ['main'], exclude: [] } }
    expect((await post({ ...ruleset, name: 'other', conditions })).status).toBe(422)
  })

  it('is for public repositories where nobody pays', async () => {
    const { name } = await create()
    bench.state.repository(name).private = true
    const { status, body } = await bench.ask(`/repos/${name}/rulesets`)
    expect([status, body.message]).toEqual([403, expect.stringContaining('Upgrade to GitHub Pro')])
  })
})

describe('the protection of a branch', () => {
  const protection = {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  }

  it('refuses a push that no pull request brings, in the words of GH006', async () => {
    const { name, push } = await create()
    const path = `/repos/${name}/branches/main/protection`
    expect((await bench.ask(path)).body.message).toBe('Branch not protected')
    expect((await bench.ask(path, { method: 'PUT', json: protection })).status).toBe(200)
    const refused = await push('HEAD:main')
    expect(refused.complaints).toContain('error: GH006: Protected branch update failed for refs/heads/main.')
    expect(refused.complaints).toContain('error: Changes must be made through a pull request.')
    expect(refused.complaints).toContain('(protected branch hook declined)')
    expect((await bench.ask(`/repos/${name}/branches/main`)).body.protected).toBe(true)
    expect((await bench.ask(path, { method: 'DELETE' })).status).toBe(204)
    expect((await push('HEAD:main')).code).toBe(0)
  })

  it('lets administrators push where it does not include them, and nobody force', async () => {
    const { name, clone, push } = await create()
    const path = `/repos/${name}/branches/main/protection`
    await bench.ask(path, { method: 'PUT', json: { ...protection, enforce_admins: false } })
    expect((await push('HEAD:main')).code).toBe(0)
    await bench.mustGit(clone, 'reset', '--hard', '--quiet', 'HEAD~1')
    expect((await push('+HEAD:main')).complaints).toContain('Cannot force-push to this branch')
  })

  it('is only for a branch that is there', async () => {
    const { name } = await create()
    const { status } = await bench.ask(`/repos/${name}/branches/none/protection`, { method: 'PUT', json: protection })
    expect(status).toBe(404)
  })
})

describe('a fine-grained token', () => {
  it('pushes with its permission for contents, and workflows with the one for workflows', async () => {
    const { name, clone } = await create()
    const push = (permissions: Record<string, 'read' | 'write'>) =>
      bench.git(clone, 'push', bench.remote(name, bench.accounts.issue({ permissions }).token), 'HEAD:main')
    expect((await push({ contents: 'read' })).complaints).toContain('denied to owner')
    expect((await push({ contents: 'write' })).code).toBe(0)
    await mkdir(join(clone, '.github/workflows'), { recursive: true })
    await writeFile(join(clone, '.github/workflows/ci.yml'), 'on: push\n')
    await bench.mustGit(clone, 'add', '.')
    await bench.mustGit(clone, 'commit', '--quiet', '-m', 'three')
    expect((await push({ contents: 'write' })).complaints).toContain('without `workflow` scope')
    expect((await push({ contents: 'write', workflows: 'write' })).code).toBe(0)
  })
})
