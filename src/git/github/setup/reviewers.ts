import * as z from 'zod/mini'
import { OptionsError } from '../../../errors/options-error.js'
import type { Place } from './setting.js'

/** Someone who approves, as GitHub wants them named. */
export interface Reviewer {
  readonly type: 'User' | 'Team'
  readonly id: number
}

const schema = z.object({ id: z.number() })

/**
 * Finds who a name is: `login`, or `organization/team`.
 *
 * @throws OptionsError `reviewer-unknown`
 */
export async function resolveReviewer({ api, context }: Place, name: string): Promise<Reviewer> {
  const [owner = '', team] = name.split('/')
  const path = team === undefined ? `/users/${owner}` : `/orgs/${owner}/teams/${team}`
  const purpose = `find the reviewer ${name}`
  const answer = await api.ask(context, schema, { purpose, path, accept: [404] })
  if ('value' in answer) return { type: team === undefined ? 'User' : 'Team', id: answer.value.id }
  throw new OptionsError({
    code: 'reviewer-unknown',
    message: `GitHub shows this token no ${team === undefined ? 'user' : 'team'} ${name}, who is to approve deployments.`,
    hint:
      team === undefined
        ? 'Check the names in github.setup.environments: they are those of users.'
        : 'Check the names in github.setup.environments; a token needs the scope read:org (fine-grained: Members) to see teams.',
    details: { reviewer: name },
  })
}
