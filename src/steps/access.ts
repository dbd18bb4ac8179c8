import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { AccessInput, GitHost, HostAccess } from '../spec/git-host.js'
import { nameOf } from '../toolkit/name-of.js'

/**
 * Compares what is planned with what the token may do, before anything is built or written.
 *
 * @param source What is committed, as far as it is known before the build.
 * @param publishes Whether there is a target.
 * @param branches Those that are committed to, as far as they are named.
 * @returns `undefined` where nothing has to be asked.
 */
export function accessStep(
  git: GitHost,
  source: ArtifactSet | null,
  branch: string | undefined,
  publishes: boolean,
  branches: readonly string[],
): Step<undefined> | undefined {
  const { access } = git
  const input = { artifacts: source?.artifacts ?? [], branch, branches, publishes }
  const needs = access?.needs(input) ?? []
  return access && needs.length > 0 ? checkStep(git, access, input, needs) : undefined
}

function checkStep(git: GitHost, access: HostAccess, input: AccessInput, needs: readonly string[]): Step<undefined> {
  return defineStep({
    id: 'access',
    title: 'Check the rights',
    needs: {},
    line: {
      description: `asks ${nameOf(git.name)} whether the token may ${needs.join(', ')}`,
      files: 0,
      bytes: 0,
      requests: access.requests,
      duration: 500,
    },
    timeLimit: 5 * 60_000,
    async run(_inputs, context) {
      await access.check(input, context)
      return undefined
    },
    summarize: () => 'the token may do all that is planned, as far as it tells',
  })
}
