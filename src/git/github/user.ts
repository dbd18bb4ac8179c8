import { AuthError } from '../../errors/auth-error.js'
import type { Context } from '../../spec/context.js'
import { type GithubApi, type GithubUser, userSchema } from './api.js'

/**
 * @returns whose token it is; `null` where it belongs to no user: GitHub forbids `GET /user` to the installation tokens of
 * apps, the token of Actions among them (GitHub Docs, "Endpoints available for GitHub App installation access tokens").
 * @throws AuthError `token-rejected`
 */
export async function readUser(api: GithubApi, context: Context): Promise<GithubUser | null> {
  try {
    return await api.json(context, userSchema, { purpose: 'tell whose token this is', path: '/user' })
  } catch (error) {
    if (error instanceof AuthError && error.code === 'token-forbidden') return null
    throw error
  }
}
