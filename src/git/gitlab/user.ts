import type { Context } from '../../spec/context.js'
import type { Person } from '../../spec/git-host.js'
import { type GitlabApi, type GitlabUser, userSchema } from './api.js'

/** @returns whose token it is: every token that the API takes is a user's, or that of a project's or group's own bot. */
export function readUser(api: GitlabApi, context: Context): Promise<GitlabUser> {
  return api.json(context, userSchema, { purpose: 'tell whose token this is', path: '/user' })
}

/** How the owner of the token signs commits: with the address that they chose for that, private or not ("Profile"). */
export async function authorOf(api: GitlabApi, host: string, context: Context): Promise<Person> {
  const { id, username, name, email, commit_email } = await readUser(api, context)
  return { name: name || username, email: commit_email || email || `${id}-${username}@users.noreply.${host}` }
}
