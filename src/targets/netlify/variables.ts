import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { type KnownSecrets, openKnownSecrets } from '../../toolkit/known-secrets.js'
import { sizeOf, type WantedVariable } from '../../toolkit/variables.js'
import { withoutValues } from '../../toolkit/without-values.js'
import type { NetlifyApi } from './api.js'
import { functionLimit, isScopesRefusal, refused, tooLarge, unreadable, wordsOf } from './variable-problems.js'
import {
  areSame,
  type NetlifyValue,
  type NetlifyVariable,
  placeOf,
  scopesOf,
  takeApart,
  type Values,
  valuesOf,
  variableSchema,
} from './variable-values.js'

/** Variables that a site is to have. */
export interface VariablesWork {
  readonly api: NetlifyApi
  /** Name of the target. */
  readonly target: string
  /** Name of the option. */
  readonly option: string
  readonly site: Site
  readonly variables: readonly WantedVariable[]
  secrets(): readonly string[]
}

/** One variable on its way. */
interface VariableWork extends VariablesWork {
  readonly known: KnownSecrets
  readonly context: Context
  /** Of the list of the site's variables. */
  readonly path: string
  readonly wanted: WantedVariable
}

const siteSchema = z.object({ account_slug: z.string() })

/** Reads the variables of a site and writes those that differ. */
export async function applyVariables(work: VariablesWork, context: Context): Promise<readonly SetupChange[]> {
  const { api, target, site } = work
  const purpose = `read the account of ${site.name}`
  const { account_slug: account } = await api.json(context, siteSchema, purpose, 'GET', `/sites/${site.id}`)
  const path = (rest: string) => `/accounts/${encodeURIComponent(account)}/env${rest}?site_id=${site.id}`
  const list = await api.json(context, z.array(variableSchema), `list the variables of ${site.name}`, 'GET', path(''))
  const known = await openKnownSecrets(context.cache, `netlify-variables ${site.id}`)
  const changes: SetupChange[] = []
  let size = 0
  for (const wanted of work.variables) {
    const one = { ...work, known, context, path: account, wanted }
    const existing = list.find(({ key }) => key === wanted.name)
    const { change, largest } = await settle(one, existing)
    size += largest
    const made: SetupChange = { setting: 'variable', name: wanted.name, change, target }
    context.report({ type: 'setting-ready', ...made })
    changes.push(made)
  }
  if (size > functionLimit) context.report({ type: 'warning', ...tooLarge(size) })
  return changes
}

async function settle(
  work: VariableWork,
  existing: NetlifyVariable | undefined,
): Promise<{ readonly change: SetupChange['change']; readonly largest: number }> {
  const { wanted, context } = work
  if (wanted.values === null) {
    if (!existing) return { change: 'unchanged', largest: 0 }
    await send(work, 'remove', 'DELETE', `/${encodeURIComponent(wanted.name)}`, undefined, z.unknown(), new Map())
    await work.known.forget(wanted.name)
    return { change: 'removed', largest: 0 }
  }
  const secret = wanted.secret || existing?.is_secret === true
  const values = await valuesOf(wanted, secret)
  if (secret) for (const { value } of values.values()) context.conceal?.(value)
  const isRead = (wanted.scopes ?? ['functions']).includes('functions')
  const largest = isRead ? Math.max(...[...values.values()].map(({ value }) => sizeOf(wanted.name, value))) : 0
  if (existing) return { change: await update(work, existing, { values, secret }), largest }
  return { change: await create(work, { values, secret }), largest }
}

/** A variable as it is written. */
interface Written {
  readonly values: Values
  readonly secret: boolean
}

async function create(work: VariableWork, written: Written): Promise<SetupChange['change']> {
  const { wanted, context } = work
  const { values, secret } = written
  const purpose = `add the variable ${wanted.name}`
  const { made, adopted } = await createOrAdopt<NetlifyVariable>({
    context,
    provider: 'netlify',
    purpose,
    again: false,
    create: async () => {
      const body = (scopes: readonly string[] | undefined) => [
        { key: wanted.name, values: [...values.values()], is_secret: secret, ...(scopes && { scopes }) },
      ]
      const write = (scopes: readonly string[] | undefined) =>
        send(work, 'add', 'POST', '', body(scopes), z.array(variableSchema), values)
      // Secrets can't be read by post-processing, and the CLI says so with their scopes; some plans allow none to be named.
      const made = await (wanted.scopes || !secret
        ? write(wanted.scopes)
        : write(['builds', 'functions', 'runtime']).catch((error: unknown) => {
            if (isScopesRefusal(error)) return write(undefined)
            throw error
          }))
      return made.find(({ key }) => key === wanted.name) ?? { key: wanted.name }
    },
    find: async () => {
      const path = `/${encodeURIComponent(wanted.name)}`
      const answer = await work.api.ask(context, variableSchema, purpose, 'GET', pathOf(work, path), { accept: [404] })
      return 'value' in answer ? answer.value : undefined
    },
  })
  // What is there may be that of somebody else, who was faster.
  if (adopted) await update(work, made, written)
  else await note(work, made, null, written)
  return 'created'
}

async function update(
  work: VariableWork,
  existing: NetlifyVariable,
  { values, secret }: Written,
): Promise<SetupChange['change']> {
  const { wanted, known } = work
  const version = existing.updated_at ?? ''
  const present = takeApart(existing, values)
  const differing: string[] = []
  for (const [place, { value }] of values) {
    const before = present.get(place)
    const isSame = isHidden(existing, place)
      ? before !== undefined && (await known.has(wanted.name, version, place, value))
      : before?.value === value
    if (!isSame) differing.push(place)
  }
  const scopes = wanted.scopes ?? scopesOf(existing)
  const hadScopes = scopesOf(existing)
  const isWhole = secret !== (existing.is_secret === true) || !areSame(scopes, hadScopes)
  if (differing.length === 0 && !isWhole) return 'unchanged'
  const before = new Map((existing.values ?? []).map((value) => [placeOf(value), value]))
  const mustReplace = isWhole || [...before.keys()].some((place) => !present.has(place))
  if (mustReplace) {
    const replaced = new Map([...present, ...values])
    const unread = [...replaced.keys()].find((place) => !values.has(place) && isHidden(existing, place))
    if (unread !== undefined) throw unreadable(work, unread)
    const body = {
      key: wanted.name,
      is_secret: secret,
      scopes: scopes.filter((scope) => !secret || scope !== 'post-processing'),
      // A place without a value is none.
      values: [...replaced.values()].filter(({ value }) => value).map(plainValue),
    }
    const made = await send(work, 'change', 'PUT', `/${encodeURIComponent(wanted.name)}`, body, variableSchema, values)
    await note(work, made, version, { values, secret })
    return 'changed'
  }
  let from = version
  for (const place of differing) {
    const value = values.get(place)
    if (!value) continue
    const path = `/${encodeURIComponent(wanted.name)}`
    const made = await send(work, 'change', 'PATCH', path, plainValue(value), variableSchema, values)
    await note(work, made, from, { values: new Map([[place, value]]), secret })
    from = made.updated_at ?? ''
  }
  return 'changed'
}

/** Of what is secret, only the values for development can be read; what the others show is not the value. */
function isHidden({ is_secret: isSecret }: NetlifyVariable, place: string): boolean {
  return isSecret === true && !place.startsWith('dev')
}

function plainValue({ context, context_parameter: branch, value }: NetlifyValue) {
  return { context, value: value ?? '', ...(branch && { context_parameter: branch }) }
}

async function note(work: VariableWork, made: NetlifyVariable, before: string | null, { values, secret }: Written) {
  if (!secret) return
  const texts = new Map([...values].map(([place, { value }]) => [place, value]))
  await work.known.note(work.wanted.name, { version: made.updated_at ?? '', before }, texts)
}

function pathOf({ path: account, site }: VariableWork, rest: string): string {
  return `/accounts/${encodeURIComponent(account)}/env${rest}?site_id=${site.id}`
}

/** Writes. What Netlify says where it refuses goes into the error without the values that it may quote. */
async function send<Value>(
  work: VariableWork,
  what: 'add' | 'change' | 'remove',
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  json: unknown,
  schema: z.ZodMiniType<Value>,
  values: Values,
): Promise<Value> {
  const { api, context, wanted } = work
  const purpose = `${what} the variable ${wanted.name}`
  const call = { ...(json !== undefined && { json }), accept: [400, 403, 409, 422], idempotent: method !== 'POST' }
  const removing = method === 'DELETE' ? { ...call, accept: [...call.accept, 404] } : call
  const answer = await api.ask(context, schema, purpose, method, pathOf(work, path), removing)
  if ('value' in answer) return answer.value
  const { status, bytes } = answer.other
  if (status === 404) return undefined as Value
  const texts = [...values.values()].map(({ value }) => value)
  throw refused(work, status, withoutValues(wordsOf(bytes), texts))
}
