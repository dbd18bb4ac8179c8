import * as z from 'zod/mini'
import type { RuntimeSettings } from '../../support/runtime.js'

/** Who publishes: as the library calls them. */
export type Provider = 'netlify' | 'vercel'

interface ProviderSettings {
  readonly token: string
  /** Where it is not the usual one: of an emulator. */
  readonly apiUrl?: string | undefined
}

/** What the page needs to know; its server tells it. */
export interface Settings extends RuntimeSettings, Readonly<Record<Provider, ProviderSettings>> {
  /** Name of the site, or of the project on Vercel. */
  readonly site: string
  /** Address of the relay by which the page reads the live site. */
  readonly relay: string
}

const provider: z.ZodMiniType<ProviderSettings> = z.object({ token: z.string(), apiUrl: z.optional(z.string()) })

const schema: z.ZodMiniType<Settings> = z.object({
  site: z.string(),
  relay: z.string(),
  netlify: provider,
  vercel: provider,
  emulatedRuntime: z.nullable(z.string()),
  files: z.array(z.string()),
})

/** Asks the server that the page came from. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('settings.json')
  if (!response.ok) throw new Error(`The server has no settings for this page (${response.status}).`)
  return schema.parse(await response.json())
}
