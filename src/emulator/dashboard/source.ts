import type { Emulator } from '../emulator.js'
import type { NeonState } from '../neon/state.js'

/** What is looked into: an emulator, as far as that matters. */
export interface InspectionSource extends Pick<Emulator, 'github' | 'gitlab' | 'git' | 'relay' | 'runtime' | 'pages'> {
  readonly netlify: Pick<Emulator['netlify'], 'url' | 'state' | 'siteUrl'>
  readonly vercel: Pick<Emulator['vercel'], 'url' | 'state' | 'siteUrl'>
  readonly neon?: { readonly url: string; readonly state: Pick<NeonState, 'projects' | 'branches' | 'endpoints'> }
  readonly dns: Pick<Emulator['dns'], 'url'>
  readonly faults: Pick<Emulator['faults'], 'list'>
}

/** What the dashboard shows and changes. */
export interface DashboardSource extends InspectionSource, Pick<Emulator, 'requests' | 'onRequest' | 'reset'> {}
