import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench
let git: NativeGit
let clones = 0

beforeEach(async () => {
  bench = await startGitlab()
  git = await startNativeGit()
  await bench.state.create('organization/team/shop', { visibility: 'private' })
})
afterEach(async () => {
  await git.close()
  await bench.close()
})

const shop = 'organization/team/shop'
const person = ['-c', 'user.name=Owner', '-c', 'user.email=owner@example.com']

/** Clones, changes a file and commits. @returns the folder of the clone */
async function change(remote: string, content: string): Promise<string> {
  const clone = join(bench.folder, `clone-${++clones}`)
  await git.run(bench.folder, '-c', 'init.defaultBranch=main', 'clone', '--quiet', remote, clone)
  await writeFile(join(clone, 'a.txt'), content)
  await git.run(clone, 'add', '.')
  await git.run(clone, ...person, 'commit', '--quiet', '--message', content)
  return clone
}

describe("the emulated GitLab's git", () => {
  it('is cloned from and pushed to, by native git and in a group within a group', async () => {
    const clone = await change(bench.remote(shop), 'one')
    await git.run(clone, 'push', '--quiet', 'origin', 'HEAD:main')
    const head = await git.run(clone, 'rev-parse', 'HEAD')
    expect(await bench.state.head(shop)).toBe(head)
    const { body } = await bench.ask(`/projects/${encodeURIComponent(shop)}/repository/branches/main`)
    expect(body).toMatchObject({ commit: { id: head }, protected: true, default: true })
    expect(await git.filesOf(bench.remote(shop))).toHaveProperty(['a.txt'])
  })

  it('takes the token as the password of any user', async () => {
    const { token } = bench.accounts.credentials.owner
    for (const user of ['oauth2', 'owner', 'anything'])
      await git.run(git.folder, 'ls-remote', bench.remote(shop, token, user))
    await expect(git.run(git.folder, 'ls-remote', bench.remote(shop, 'wrong'))).rejects.toThrow('Authentication failed')
  })

  it('makes the first branch that is pushed the default one, and protects it', async () => {
    const clone = await change(bench.remote(shop), 'one')
    await git.run(clone, 'push', '--quiet', 'origin', 'HEAD:trunk')
    const { body } = await bench.ask(`/projects/${encodeURIComponent(shop)}`)
    expect(body).toMatchObject({ default_branch: 'trunk', empty_repo: false })
    expect([...bench.state.project(shop).protectedBranches]).toEqual(['trunk'])
  })

  it('keeps a protected branch from force, from being deleted and from Developers', async () => {
    const clone = await change(bench.remote(shop), 'one')
    await git.run(clone, 'push', '--quiet', 'origin', 'HEAD:main', 'HEAD:other')
    const push = (...refs: string[]) => git.run(clone, 'push', '--force', 'origin', ...refs)
    await git.run(clone, ...person, 'commit', '--quiet', '--amend', '--message=Another')
    await expect(push('HEAD:main')).rejects.toThrow('GitLab: You are not allowed to force push')
    await expect(push(':main')).rejects.toThrow('GitLab: You can only delete protected branches')
    await push('HEAD:other')
    await push(':other')
    const project = bench.state.project(shop)
    project.members.set('stranger', { level: 30 })
    const remote = bench.remote(shop, bench.accounts.credentials.stranger.token)
    const theirs = await change(remote, 'two')
    const refused = git.run(theirs, 'push', 'origin', 'HEAD:main')
    await expect(refused).rejects.toThrow('GitLab: You are not allowed to push code to protected branches')
    await git.run(theirs, 'push', '--quiet', 'origin', 'HEAD:feature')
  })

  it('hides a private project, and refuses a push by who may only read, and to an archived one', async () => {
    const { stranger, powerless } = bench.accounts.credentials
    await expect(git.run(git.folder, 'ls-remote', bench.remote(shop, stranger.token))).rejects.toThrow('not found')
    const project = bench.state.project(shop)
    project.visibility = 'public'
    const denied = 'You are not allowed to push code to this project.'
    for (const { token } of [stranger, powerless]) {
      const clone = await change(bench.remote(shop, token), 'one')
      await expect(git.run(clone, 'push', 'origin', 'HEAD:main')).rejects.toThrow(/403/)
      const reply = await fetch(`${bench.url}/${shop}.git/info/refs?service=git-receive-pack`, {
        headers: { Authorization: `Basic ${btoa(`oauth2:${token}`)}` },
      })
      expect([reply.status, await reply.text()]).toEqual([403, denied])
    }
    project.archived = true
    const clone = await change(bench.remote(shop), 'one')
    await expect(git.run(clone, 'push', 'origin', 'HEAD:main')).rejects.toThrow(/403/)
  })

  it('asks for a name and lets no page in', async () => {
    const address = `${bench.url}/${shop}.git/info/refs?service=git-upload-pack`
    const reply = await fetch(address)
    expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="GitLab"'])
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await fetch(address, { method: 'OPTIONS', headers: { Origin: 'https://ide.example' } })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null])
  })

  it('shows a project, a branch and a commit to people', async () => {
    const oid = await bench.state.commit({
      project: shop,
      files: { 'a <b>.txt': 'a' },
      message: 'First & last',
      author: bench.accounts.owner,
    })
    for (const rest of ['', '/-/tree/main', `/-/commit/${oid}`]) {
      const text = await (await fetch(`${bench.url}/${shop}${rest}`)).text()
      expect(text).toContain('First &amp; last')
      expect(text).toContain('a &lt;b&gt;.txt')
    }
    for (const path of [`${shop}/-/commit/none`, `${shop}/-/issues`, 'organization/none'])
      expect((await fetch(`${bench.url}/${path}`)).status).toBe(404)
  })
})
