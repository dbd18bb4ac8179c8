import * as z from 'zod/mini'
import type { RuntimeSettings } from '../../support/runtime.js'

/** A provider: who we are there, and its addresses where they are not its usual ones. */
export interface ProviderSettings {
  readonly token: string
  readonly apiUrl?: string | undefined
  readonly gitUrl?: string | undefined
}

/** How a deployment goes about it: what people choose, and this browser remembers. */
export interface Choices {
  /** Where the project is built: in the container, or on GitHub Actions. */
  readonly build: 'container' | 'actions'
  /** What publishes it, as the library calls it. */
  readonly target: 'netlify' | 'github-pages'
  /** Who lets a build on Actions go on: logins, or `organization/team`, with commas. Empty: nobody has to. */
  readonly reviewers: string
  /** Of a repository that has to be created. */
  readonly visibility: 'private' | 'public'
}

/** What the page needs to know: the demo's server tells it, and the form changes it. */
export interface Settings extends Choices, RuntimeSettings {
  readonly repository: string
  readonly site: string
  /** Address of the relay that git goes through, because browsers can't reach git servers themselves. */
  readonly relay: string
  readonly github: ProviderSettings
  readonly netlify: ProviderSettings
}

const provider: z.ZodMiniType<ProviderSettings> = z.object({
  token: z.string(),
  apiUrl: z.optional(z.string()),
  gitUrl: z.optional(z.string()),
})

const choices = {
  build: z.enum(['container', 'actions']),
  target: z.enum(['netlify', 'github-pages']),
  reviewers: z.string(),
  visibility: z.enum(['private', 'public']),
}

const choicesSchema: z.ZodMiniType<Choices> = z.object(choices)

const schema: z.ZodMiniType<Settings> = z.object({
  ...choices,
  repository: z.string(),
  site: z.string(),
  relay: z.string(),
  github: provider,
  netlify: provider,
  emulatedRuntime: z.nullable(z.string()),
  files: z.array(z.string()),
})

const key = 'tabship-choices'

/** Asks the server that the page came from. What was chosen here before counts more. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('settings.json')
  if (!response.ok) throw new Error(`The server has no settings for this page (${response.status}).`)
  const settings = schema.parse(await response.json())
  const text = localStorage.getItem(key)
  return text === null ? settings : { ...settings, ...choicesSchema.parse(JSON.parse(text)) }
}

/** Remembers what was chosen: a deployment that a reload has interrupted goes on with what it began with. */
export function rememberChoices(settings: Choices): void {
  localStorage.setItem(key, JSON.stringify(choicesSchema.parse(settings)))
}
