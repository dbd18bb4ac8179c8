import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Warning } from '../../spec/plan.js'
import type { Site } from '../../spec/release.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import type { ConfigureInput } from '../../spec/target.js'
import type { VercelApi } from './api.js'
import { type BuildSettings, buildSettingsOf, nodeVersionOf } from './project-settings.js'
import type { ParsedRepository } from './repository-options.js'

/** Settings by Vercel's names for them. */
type Settings = Readonly<Record<string, string | null>>

const settingsSchema = z.record(z.string(), z.unknown())

/**
 * Tells a project how it is built: what was given, and what is known of the source as far as Vercel knows nothing. What somebody set
 * there stays, and is told where it differs.
 */
export async function applySettings(
  api: VercelApi,
  options: ParsedRepository,
  { site, project }: ConfigureInput,
  context: Context,
): Promise<readonly (readonly [name: string, change: SetupChange['change']])[]> {
  const path = `/v9/projects/${site.id}`
  const given = givenSettings(options)
  const wanted = { ...buildSettingsOf(project, options.base ?? project.root), ...given }
  const known = await api.json(context, settingsSchema, `tell how ${site.name} is built`, 'GET', path)
  const differing = Object.entries(wanted).filter(([name, value]) => !isSame(known[name], value, site.created))
  const mayWrite = ([name]: readonly [string, unknown]) => site.created || name in given || isEmpty(known[name])
  const changed = Object.fromEntries(differing.filter(mayWrite))
  const left = differing.filter((one) => !mayWrite(one))
  if (Object.keys(changed).length > 0) {
    const call = { json: changed, idempotent: true }
    await api.json(context, settingsSchema, `set how ${site.name} is built`, 'PATCH', path, call)
  }
  const told = left.filter(([name, value]) => value !== null || !guessed.has(name))
  if (told.length > 0) context.report({ type: 'warning', ...differs(site.name, known, told) })
  const unsettled = new Set(left.map(([name]) => name))
  return Object.keys(wanted).flatMap((name) =>
    unsettled.has(name) ? [] : [[name, name in changed ? 'changed' : 'unchanged'] as const],
  )
}

/** What of the settings is not set at Vercel: a commit is built by what is set there, as a push of it would be. */
export async function unsetOf(
  api: VercelApi,
  { id, name }: Site,
  settings: BuildSettings,
  context: Context,
): Promise<Partial<BuildSettings>> {
  const known = await api.json(context, settingsSchema, `tell how ${name} is built`, 'GET', `/v9/projects/${id}`)
  return Object.fromEntries(Object.entries(settings).filter(([one]) => isEmpty(known[one])))
}

/** Of these, Vercel may know more than the source says. */
const guessed = new Set(['framework', 'outputDirectory'])

function givenSettings({ command, directory, nodeVersion, base }: ParsedRepository): Settings {
  return {
    ...(command !== undefined && { buildCommand: command }),
    ...(directory !== undefined && { outputDirectory: directory }),
    ...(base !== undefined && { rootDirectory: base === '.' ? null : base }),
    ...(nodeVersion !== undefined && nodeVersionOf(nodeVersion)),
  }
}

/** Where there is nothing to install, Vercel's own way does nothing either; only a new project is told so. */
function isSame(known: unknown, wanted: string | null, isNew: boolean): boolean {
  return (known ?? null) === wanted || (!isNew && wanted === '' && isEmpty(known))
}

function isEmpty(known: unknown): boolean {
  return known === undefined || known === null || known === ''
}

function differs(
  site: string,
  known: Readonly<Record<string, unknown>>,
  left: readonly (readonly [name: string, value: string | null])[],
): Warning {
  const show = (value: unknown) => (isEmpty(value) ? 'nothing' : `"${String(value)}"`)
  const parts = left.map(([name, value]) => `${name} is ${show(known[name])}, the project says ${show(value)}`)
  return {
    code: 'build-settings-differ',
    message: `The project ${site} has build settings of its own at Vercel, which stay as they are: ${parts.join('; ')}.`,
    hint: 'Name what is to hold in vercel.repository (command, directory, base, nodeVersion), or change it on the page of the project at Vercel, under Settings, Build and Deployment.',
  }
}
