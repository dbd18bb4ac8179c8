import { TabshipError } from '../../errors/tabship-error.js'
import type { Context } from '../../spec/context.js'
import { type Standing, unknownStanding } from '../branch-conflict.js'
import { commitSchema, type GithubApi } from './api.js'

/** Whose a commit is. That a branch stands at it is what matters; whose work it is, is a courtesy. */
export async function readStanding(api: GithubApi, fullName: string, oid: string, context: Context): Promise<Standing> {
  const path = `/repos/${fullName}/commits/${encodeURIComponent(oid)}`
  try {
    const { html_url, commit } = await api.json(context, commitSchema, { purpose: `read the commit ${oid}`, path })
    const { name = null, date = null } = commit.author ?? {}
    return { author: name, subject: commit.message.split('\n', 1)[0] ?? '', date, url: html_url }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!TabshipError.isInstance(error)) throw error
    return unknownStanding
  }
}
