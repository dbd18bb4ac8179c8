import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { VercelApi } from './api.js'

/** A file of a deployment, or a folder. */
interface Entry {
  readonly name: string
  readonly type: string
  /** SHA-1 of a file (Vercel's REST API, "List Deployment Files"). */
  readonly uid?: string | undefined
  readonly mode?: number | undefined
  readonly children?: readonly Entry[] | undefined
}

const entrySchema: z.ZodMiniType<Entry> = z.object({
  name: z.string(),
  type: z.string(),
  uid: z.optional(z.string()),
  mode: z.optional(z.number()),
  get children() {
    return z.optional(z.array(entrySchema))
  },
})

/**
 * The files of a deployment of prebuilt output, as another one of the same is made.
 * @returns `undefined` where Vercel built it itself, or does not tell.
 */
export async function prebuiltFiles(
  api: VercelApi,
  id: string,
  context: Context,
): Promise<readonly object[] | undefined> {
  const purpose = `list the files of the deployment ${id}`
  const call = { accept: [400, 404, 410] }
  const answer = await api.ask(context, z.array(entrySchema), purpose, 'GET', `/v6/deployments/${id}/files`, call)
  if (!('value' in answer)) return undefined
  const files = [...filesIn(answer.value, '')]
  const isWhole = files.every(({ sha }) => /^[0-9a-f]{40}$/.test(sha))
  return isWhole && files.some(({ file }) => file === '.vercel/output/config.json') ? files : undefined
}

function* filesIn(entries: readonly Entry[], folder: string): Iterable<{ file: string; sha: string; mode?: number }> {
  for (const { name, type, uid = '', mode, children = [] } of entries) {
    const file = folder + name
    if (type === 'directory') yield* filesIn(children, `${file}/`)
    else yield { file, sha: uid, ...(mode !== undefined && { mode }) }
  }
}
