import { type GitlabOptions, gitlab } from '../../src/git/gitlab.js'
import type { Commit } from '../../src/spec/git-host.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'

/** What the tests call in the page. */
export interface GitlabPage {
  /** Prepares and commits, as a deployment does. */
  commit(options: GitlabOptions, files: Files, relay: string | null): Promise<Commit>
}

declare global {
  var gitlabPage: GitlabPage
}

const face: GitlabPage = {
  async commit(options, files, relay) {
    const host = gitlab(options)
    const context = testContext({ fetch: fetch.bind(globalThis), ...(relay !== null && { relay }) })
    const repository = await host.prepare({ branches: [] }, context)
    const { artifacts } = await artifactsOf(files)
    const branch = repository.defaultBranch
    const given = { repository, branch, artifacts, keep: [], message: 'Deploy', author: null, date: 0, based: true }
    const expectedHead = repository.heads[branch] ?? null
    return host.commit({ ...given, deployment: 'deployment-1', expectedHead }, context)
  },
}

Object.assign(globalThis, { gitlabPage: face })
