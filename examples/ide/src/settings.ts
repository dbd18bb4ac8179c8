import * as z from 'zod/mini'

/** A provider: who we are there, and its addresses where they are not its usual ones. */
export interface ProviderSettings {
  readonly token: string
  readonly apiUrl?: string | undefined
  readonly gitUrl?: string | undefined
}

/** What the page needs to know: the demo's server tells it, and the form changes it. */
export interface Settings {
  readonly repository: string
  readonly site: string
  /** Address of the relay that git goes through, because browsers can't reach git servers themselves. */
  readonly relay: string
  readonly github: ProviderSettings
  readonly netlify: ProviderSettings
  /** Address of a stand-in for the WebContainer runtime; `null` where there is none. */
  readonly emulatedRuntime: string | null
  /** Paths of the project's files, served below `project/`. */
  readonly files: readonly string[]
}

const provider: z.ZodMiniType<ProviderSettings> = z.object({
  token: z.string(),
  apiUrl: z.optional(z.string()),
  gitUrl: z.optional(z.string()),
})

const schema: z.ZodMiniType<Settings> = z.object({
  repository: z.string(),
  site: z.string(),
  relay: z.string(),
  github: provider,
  netlify: provider,
  emulatedRuntime: z.nullable(z.string()),
  files: z.array(z.string()),
})

/** Asks the server that the page came from. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('settings.json')
  if (!response.ok) throw new Error(`The server has no settings for this page (${response.status}).`)
  return schema.parse(await response.json())
}
