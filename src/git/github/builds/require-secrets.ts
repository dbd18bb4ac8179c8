import * as z from 'zod/mini'
import { AuthError } from '../../../errors/auth-error.js'
import { OptionsError } from '../../../errors/options-error.js'
import { RequestError } from '../../../errors/request-error.js'
import type { Context } from '../../../spec/context.js'
import { readAll } from '../setup/read-all.js'
import type { BuildTools } from './replies.js'

/** What a build gets, and where. */
interface WantedSecrets {
  /** `owner/name` */
  readonly repository: string
  readonly secrets: readonly string[]
  readonly environment: string | undefined
}

const names = z.object({ total_count: z.number(), secrets: z.array(z.object({ name: z.string() })) })

/**
 * Refuses a build that would run without its secrets: GitHub puts an empty text in the place of one that it does not know ("Using
 * secrets in GitHub Actions"). Where the token may not list them all, nothing is said.
 *
 * @throws OptionsError `secret-missing`
 */
export async function requireSecrets(tools: BuildTools, wanted: WantedSecrets, context: Context): Promise<void> {
  const { repository, secrets, environment } = wanted
  if (secrets.length === 0) return
  const known = new Set<string>()
  const places = ['/actions/secrets', '/actions/organization-secrets']
  if (environment !== undefined) places.push(`/environments/${encodeURIComponent(environment)}/secrets`)
  for (const place of places) {
    const listed = await list(tools, repository + place, context)
    if (!listed) return
    for (const name of listed) known.add(name.toUpperCase())
  }
  const missing = secrets.filter((name) => !known.has(name.toUpperCase()))
  if (missing.length > 0) throw notThere(missing, wanted, tools.web)
}

/** @returns `undefined` where the token may not know. */
async function list({ api }: BuildTools, path: string, context: Context): Promise<readonly string[] | undefined> {
  const request = { purpose: 'list the secrets that the build gets', path: `/repos/${path}` }
  const read = readAll({ api, context }, request, names, ({ secrets, total_count: total }) => ({
    items: secrets,
    total,
  }))
  try {
    return (await read).map(({ name }) => name)
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

function isForbidden(error: unknown): boolean {
  if (!(error instanceof AuthError) && !(error instanceof RequestError)) return false
  return error.details.status === 403 || error.details.status === 404
}

function notThere(missing: readonly string[], { repository, environment }: WantedSecrets, web: string): OptionsError {
  const place = environment === undefined ? repository : `${repository} and of its environment ${environment}`
  const link = `${web}/${repository}/settings/secrets/actions`
  return new OptionsError({
    code: 'secret-missing',
    message: `The build is to get ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not among the secrets of ${place}.`,
    hint: `Nothing was started. Let the repository keep it: github({ setup: { secrets: { ${missing[0]}: … } } }), or at ${link}; or take it out of build.secrets.`,
    details: { missing, link },
  })
}
