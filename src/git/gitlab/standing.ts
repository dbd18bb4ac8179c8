import { TabshipError } from '../../errors/tabship-error.js'
import type { Context } from '../../spec/context.js'
import { type Standing, unknownStanding } from '../branch-conflict.js'
import { commitSchema, type GitlabApi } from './api.js'
import { pathOf } from './branches.js'

/** Whose a commit is. That a branch stands at it is what matters; whose work it is, is a courtesy. */
export async function readStanding(api: GitlabApi, fullName: string, oid: string, context: Context): Promise<Standing> {
  const path = `${pathOf(fullName)}/repository/commits/${encodeURIComponent(oid)}`
  try {
    const commit = await api.json(context, commitSchema, { purpose: `read the commit ${oid}`, path })
    const { author_name: author, authored_date: date, message, web_url: url } = commit
    return { author, subject: message.split('\n', 1)[0] ?? '', date, url }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!TabshipError.isInstance(error)) throw error
    return unknownStanding
  }
}
