import * as z from 'zod/mini'
import { RequestError } from '../../../errors/request-error.js'
import type { SetupChange } from '../../../spec/repository-setup.js'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import { Secret } from '../../../toolkit/secret.js'
import { readAll } from './read-all.js'
import { changeOf, explainValue, listed, type Place, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'

const hookSchema = z.object({
  id: z.number(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: z.optional(z.string()),
    content_type: z.optional(z.string()),
    secret: z.optional(z.string()),
  }),
})
type Hook = z.infer<typeof hookSchema>

interface Wanted {
  /** The host, and which of those of this host: addresses of hooks are secrets as often as not. */
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
  readonly secret: Secret | undefined
  readonly option: string
}

/** Webhooks. One that is there is known by its address. */
export function webhooks({ webhooks: options = [] }: ParsedSetup): Setting | undefined {
  if (options.length === 0) return undefined
  const wanted = options.map(({ url, events, secret }, index): Wanted => {
    const { host } = new URL(url)
    const earlier = options.slice(0, index).filter((one) => new URL(one.url).host === host).length
    const option = `github.setup.webhooks.${index}`
    return {
      name: earlier === 0 ? host : `${host} (${earlier + 1})`,
      url,
      events,
      secret: secret === undefined ? undefined : new Secret(secret, `${option}.secret`, 'text'),
      option,
    }
  })
  return {
    phase: 'before-commit',
    line: `adds the webhooks ${listed(wanted.map(({ name }) => name))}`,
    option: 'github.setup.webhooks',
    requests: { least: 1, most: 1 + wanted.length },
    permission: 'Webhooks',
    scopes: ['repo', 'admin:repo_hook', 'write:repo_hook'],
    secrets: () => wanted.flatMap(({ secret }) => secret?.known() ?? []),
    async *apply(place) {
      const known = await readHooks(place)
      for (const one of wanted) {
        const change = setHook(place, one, known.find(isOf(one)))
        yield await change.catch((error: unknown) => {
          const isOfEvents = error instanceof RequestError && /\bevents?\b/i.test(error.message)
          throw explainValue(error, isOfEvents ? `${one.option}.events` : one.option)
        })
      }
    },
  }
}

const isOf =
  ({ url }: Wanted) =>
  (hook: Hook): boolean =>
    hook.config.url === url

function readHooks(place: Place): Promise<Hook[]> {
  const request = { purpose: `list the webhooks of ${place.fullName}`, path: `/repos/${place.fullName}/hooks` }
  return readAll(place, request, z.array(hookSchema), (items) => ({ items }))
}

async function setHook(place: Place, wanted: Wanted, found: Hook | undefined): Promise<SetupChange> {
  const told = (change: SetupChange['change']) => changeOf('webhook', wanted.name, change)
  if (found) return told((await adapt(place, wanted, found)) ? 'changed' : 'unchanged')
  const { api, context, fullName } = place
  const purpose = `create the webhook for ${wanted.name}`
  const json = { name: 'web', active: true, events: wanted.events, config: await configOf(wanted) }
  const { made, adopted } = await createOrAdopt({
    context,
    provider: 'github',
    purpose,
    again: false,
    create: () => api.json(context, hookSchema, { purpose, method: 'POST', path: `/repos/${fullName}/hooks`, json }),
    find: async () => (await readHooks(place)).find(isOf(wanted)),
  })
  if (adopted) await adapt(place, wanted, made)
  return told('created')
}

/** @returns whether anything had to be changed. A secret that is there can't be compared, and counts as the one that is wanted. */
async function adapt({ api, context, fullName }: Place, wanted: Wanted, hook: Hook): Promise<boolean> {
  const hasEvents = [...hook.events].sort().join() === [...wanted.events].sort().join()
  const hasConfig = hook.config.content_type === 'json' && (hook.config.secret !== undefined || !wanted.secret)
  if (hasEvents && hasConfig && hook.active) return false
  // The configuration is replaced as a whole: one that is fine is left out, and its secret with it.
  const config = hasConfig ? {} : { config: await configOf(wanted) }
  await api.send(context, {
    purpose: `change the webhook for ${wanted.name}`,
    method: 'PATCH',
    path: `/repos/${fullName}/hooks/${hook.id}`,
    json: { active: true, events: wanted.events, ...config },
    idempotent: true,
  })
  return true
}

async function configOf({ url, secret }: Wanted): Promise<Record<string, string>> {
  return { url, content_type: 'json', ...(secret && { secret: await secret.reveal() }) }
}
