import * as z from 'zod/mini'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import { type KnownSecrets, openKnownSecrets } from '../../toolkit/known-secrets.js'
import { closed } from '../../toolkit/parse-reply.js'
import { sizeOf, type WantedVariable } from '../../toolkit/variables.js'
import { withoutValues } from '../../toolkit/without-values.js'
import type { VercelApi } from './api.js'
import {
  entriesOf,
  sortByPlaces,
  targetsOf,
  type VercelVariable,
  variableSchema,
  type WantedEntry,
  withoutPlaces,
} from './variable-places.js'

/** Variables that a project is to have. */
export interface VariablesWork {
  readonly api: VercelApi
  /** Name of the target. */
  readonly target: string
  /** Name of the option. */
  readonly option: string
  readonly site: Site
  readonly variables: readonly WantedVariable[]
}

/** One variable on its way. */
interface VariableWork extends VariablesWork {
  readonly known: KnownSecrets
  readonly context: Context
  readonly wanted: WantedVariable
}

/** Vercel's docs, "Environment variables": 64 KB for all of a deployment. */
const mostBytes = 65_536
const listSchema = z.object({ envs: z.array(variableSchema) })
const createdSchema = z.object({
  created: z.union([z.array(variableSchema), variableSchema]),
  failed: z._default(z.array(z.object({ error: z.object({ message: z.optional(z.string()) }) })), []),
})

/** Reads the variables of a project and writes those that differ. */
export async function applyVariables(work: VariablesWork, context: Context): Promise<readonly SetupChange[]> {
  const { api, target, site, option } = work
  const purpose = `list the variables of ${site.name}`
  const { envs } = await api.json(context, listSchema, purpose, 'GET', `/v10/projects/${site.id}/env`)
  const known = await openKnownSecrets(context.cache, `vercel-variables ${site.id}`)
  const entries = new Map<string, readonly WantedEntry[]>()
  for (const wanted of work.variables) {
    const isHidden = wanted.secret || envs.some(({ key, type }) => key === wanted.name && type === 'sensitive')
    entries.set(wanted.name, await entriesOf(wanted, isHidden))
    if (wanted.secret) for (const { value } of entries.get(wanted.name) ?? []) context.conceal?.(value)
  }
  // All are held against the limit before the first is written.
  const sizes = [...entries].map(([name, all]) => Math.max(0, ...all.map(({ value }) => sizeOf(name, value))))
  const size = sizes.reduce((sum, one) => sum + one, 0)
  if (size > mostBytes) throw tooLarge(size, option)
  const changes: SetupChange[] = []
  for (const wanted of work.variables) {
    const one = { ...work, known, context, wanted }
    const existing = envs.filter(({ key, type }) => key === wanted.name && type !== 'system')
    const change = wanted.values === null ? await remove(one, existing) : await settle(one, existing, entries)
    const made: SetupChange = { setting: 'variable', name: wanted.name, change, target }
    context.report({ type: 'setting-ready', ...made })
    changes.push(made)
  }
  return changes
}

async function remove(work: VariableWork, existing: readonly VercelVariable[]): Promise<SetupChange['change']> {
  for (const variable of existing) await removeOne(work, variable)
  return existing.length > 0 ? 'removed' : 'unchanged'
}

async function settle(
  work: VariableWork,
  existing: readonly VercelVariable[],
  entries: ReadonlyMap<string, readonly WantedEntry[]>,
): Promise<SetupChange['change']> {
  let present = [...existing]
  let changed = false
  for (const entry of entries.get(work.wanted.name) ?? []) {
    const made = await settleEntry(work, entry, present)
    present = [...made.present]
    changed ||= made.changed
  }
  if (!changed) return 'unchanged'
  return existing.length > 0 ? 'changed' : 'created'
}

/**
 * Brings one value to its places: no place has two. It is written where its places are its own before others lose any to it, so that
 * what Vercel refuses, or a tab that is closed, costs no value that was there.
 */
async function settleEntry(
  work: VariableWork,
  entry: WantedEntry,
  present: readonly VercelVariable[],
): Promise<{ readonly present: readonly VercelVariable[]; readonly changed: boolean }> {
  const { untouched, inside, across, free } = sortByPlaces(entry, present)
  const settled: VercelVariable[] = []
  let changed = across.length > 0
  for (const [index, one] of inside.entries()) {
    const more = index === 0 ? free : []
    const isSettled = more.length === 0 && (await hasValue(work, one, entry))
    changed ||= !isSettled
    settled.push(isSettled ? one : await write(work, one, { ...entry, target: [...targetsOf(one), ...more] }))
  }
  if (inside.length === 0 && free.length > 0) {
    settled.push(await write(work, undefined, { ...entry, target: free }))
    changed = true
  }
  for (const one of across) {
    const [first] = settled
    const taken = targetsOf(one).filter((target) => entry.target.includes(target))
    const left = await edit(work, one, { target: withoutPlaces(one, entry.target) }, [])
    const target = [...(first ? targetsOf(first) : []), ...taken]
    const written = await write(work, first, { ...entry, target }).catch(async (error: unknown) => {
      // It has the value that was there, so its places are given back.
      if (error instanceof RequestError && error.code === 'variable-refused')
        await edit(work, one, { target: targetsOf(one) }, [])
      throw error
    })
    settled.splice(0, 1, written)
    untouched.push(left)
  }
  return { present: [...untouched, ...settled], changed }
}

async function hasValue(
  work: VariableWork,
  variable: VercelVariable,
  { value, hidden }: WantedEntry,
): Promise<boolean> {
  const { known, wanted, api, context, site } = work
  const { id, type } = variable
  if (type === 'sensitive') return known.has(id, versionOf(variable), '', value)
  // What is to be a secret and is not one yet has to be written.
  if (hidden) return false
  if (type === 'plain' && variable.value !== undefined) return variable.value === value
  const purpose = `read the variable ${wanted.name}`
  const read = await api.json(context, variableSchema, purpose, 'GET', `/v1/projects/${site.id}/env/${id}`)
  return read.decrypted === true && read.value === value
}

async function write(
  work: VariableWork,
  existing: VercelVariable | undefined,
  entry: WantedEntry,
): Promise<VercelVariable> {
  const { known, wanted } = work
  const { value, gitBranch, hidden } = entry
  const target = [...entry.target]
  const made = existing
    ? await edit(work, existing, { value, target, ...(hidden && { type: 'sensitive' }) }, [value])
    : await create(work, {
        key: wanted.name,
        value,
        target,
        type: hidden ? 'sensitive' : 'plain',
        ...(gitBranch && { gitBranch }),
      })
  if (hidden) await known.note(made.id, { version: versionOf(made), before: null }, new Map([['', value]]))
  return made
}

function versionOf({ updatedAt }: VercelVariable): string {
  return String(updatedAt ?? '')
}

async function create(
  work: VariableWork,
  json: { readonly value: string; readonly [field: string]: unknown },
): Promise<VercelVariable> {
  // With `upsert` twice comes to the same.
  const path = `/v10/projects/${work.site.id}/env?upsert=true`
  const { created, failed } = await send(work, 'add', 'POST', path, json, createdSchema, [json.value])
  const made = Array.isArray(created) ? created[0] : created
  const said = failed[0]?.error.message
  if (said !== undefined || made === undefined)
    throw refused(work, 400, withoutValues(said ?? 'it gives no reason', [json.value]))
  return made
}

function edit(
  work: VariableWork,
  { id }: VercelVariable,
  json: { readonly [field: string]: unknown },
  values: readonly string[],
): Promise<VercelVariable> {
  return send(work, 'change', 'PATCH', `/v9/projects/${work.site.id}/env/${id}`, json, variableSchema, values)
}

async function removeOne(work: VariableWork, { id }: VercelVariable): Promise<void> {
  await send(work, 'remove', 'DELETE', `/v9/projects/${work.site.id}/env/${id}`, undefined, z.unknown(), [])
  await work.known.forget(id)
}

/** Writes. What Vercel says where it refuses goes into the error without the values that it may quote. */
async function send<Value>(
  work: VariableWork,
  what: 'add' | 'change' | 'remove',
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  json: unknown,
  schema: z.ZodMiniType<Value>,
  values: readonly string[],
): Promise<Value> {
  const { api, context, wanted } = work
  const accept = [400, 409, 422, ...(method === 'DELETE' ? [404] : [])]
  const call = { ...(json !== undefined && { json }), accept, idempotent: true }
  const answer = await api.ask(context, schema, `${what} the variable ${wanted.name}`, method, path, call)
  if ('value' in answer) return answer.value
  if (answer.status === 404) return undefined as Value
  const { message, code } = answer.problem()
  throw refused(work, answer.status, withoutValues(message || code, values))
}

function refused({ wanted, option }: VariableWork, status: number, said: string): RequestError {
  return new RequestError({
    code: 'variable-refused',
    message: `Vercel does not take the variable ${wanted.name}: ${closed(said)}`,
    hint: `The message says what it objects to. Correct ${option}.${wanted.name}.`,
    details: { provider: 'vercel', status, said, variable: wanted.name },
  })
}

function tooLarge(size: number, option: string): OptionsError {
  return new OptionsError({
    code: 'variables-large',
    message: `The variables of ${option} have ${size} bytes together, of which a deployment on Vercel can have ${mostBytes}.`,
    hint: 'Keep large values in a file of the project, or fetch them from where they are kept. Nothing was sent.',
    details: { size, most: mostBytes },
  })
}
