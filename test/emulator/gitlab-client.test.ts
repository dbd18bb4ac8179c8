import { Gitlab } from '@gitbeaker/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type GitlabBench, startGitlab } from './gitlab-support.js'

let bench: GitlabBench

beforeEach(async () => {
  bench = await startGitlab()
})
afterEach(() => bench.close())

const client = (token = bench.accounts.credentials.owner.token) => new Gitlab({ host: bench.url, token })

describe("a client of other people's", () => {
  it('makes a project, commits to it, reads it and proposes a change', async () => {
    const { Branches, Commits, Groups, MergeRequests, Namespaces, Projects, Repositories, Users } = client()
    expect(await Users.showCurrentUser()).toMatchObject({ username: 'owner' })
    expect(await Groups.show('organization')).toMatchObject({ full_path: 'organization' })
    const namespace = await Namespaces.show('organization')
    const project = await Projects.create({ name: 'shop', namespaceId: namespace.id, visibility: 'public' })
    expect(await Projects.show('organization/shop')).toMatchObject({ id: project.id, empty_repo: true })
    const first = await Commits.create(project.id, 'main', 'First', [
      { action: 'create', filePath: 'a.txt', content: 'a' },
      { action: 'create', filePath: 'b/c.bin', content: btoa('\x00\xff'), encoding: 'base64' },
    ])
    const second = await Commits.create(
      'organization/shop',
      'feature/x',
      'Second',
      [
        { action: 'update', filePath: 'a.txt', content: 'changed', lastCommitId: first.id },
        { action: 'delete', filePath: 'b/c.bin' },
        { action: 'create', filePath: 'd.sh', content: '#!/bin/sh\n' },
        { action: 'chmod', filePath: 'd.sh', execute_filemode: true },
      ],
      { startSha: first.id, authorName: 'Ada Example', authorEmail: 'ada@example.com' },
    )
    expect(second).toMatchObject({ parent_ids: [first.id], author_email: 'ada@example.com' })
    expect(await Commits.all(project.id, { refName: 'feature/x' })).toHaveLength(2)
    expect(await Commits.show(project.id, second.id)).toMatchObject({ id: second.id })
    expect(await Commits.allReferences(project.id, first.id, { type: 'branch' })).toHaveLength(2)
    expect(await Branches.show(project.id, 'feature/x')).toMatchObject({ commit: { id: second.id } })
    expect(await Repositories.mergeBase(project.id, ['main', 'feature/x'])).toMatchObject({ id: first.id })
    const comparison = await Repositories.compare(project.id, 'main', 'feature/x')
    expect(comparison.commits?.map(({ id }) => id)).toEqual([second.id])
    const tree = await Repositories.allRepositoryTrees(project.id, {
      ref: 'feature/x',
      recursive: true,
      pagination: 'keyset',
      perPage: 1,
    })
    expect(tree.map(({ path, mode }) => [path, mode])).toEqual([
      ['a.txt', '100644'],
      ['d.sh', '100755'],
    ])
    const proposal = await MergeRequests.create(project.id, 'feature/x', 'main', 'Take it')
    expect(await MergeRequests.all({ projectId: project.id, state: 'opened' })).toMatchObject([{ iid: proposal.iid }])
    expect(await Commits.revert(project.id, second.id, 'feature/x')).toMatchObject({ title: 'Revert "Second"' })
  })

  it('understands what it is refused', async () => {
    const { Commits, Projects } = client()
    const { id } = await Projects.create({ name: 'shop' })
    const why = async (work: Promise<unknown>) => {
      const error = await work.catch((error: unknown) => error)
      return error instanceof Error ? `${error.message} ${JSON.stringify(error.cause)}` : 'nothing was refused'
    }
    expect(await why(Projects.create({ name: 'shop' }))).toContain('has already been taken')
    expect(await why(Projects.show('owner/none'))).toContain('404 Project Not Found')
    expect(await why(client('wrong').Projects.show(id))).toContain('401 Unauthorized')
    const missing = [{ action: 'delete', filePath: 'a' } as const]
    await Commits.create(id, 'main', 'First', [{ action: 'create', filePath: 'b', content: 'b' }])
    expect(await why(Commits.create(id, 'main', 'No', missing))).toContain("A file with this name doesn't exist")
  })
})
