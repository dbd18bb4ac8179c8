import type { Emulator, EmulatorAddresses } from '../emulator.js'
import type { NeonState } from '../neon/state.js'

/** Addresses that may be shown to everybody who may look: without the token, and the page's own, which holds another one. */
export type ShownAddresses = Omit<EmulatorAddresses, 'token' | 'page'>

/** What is looked into: an emulator, as far as that matters. */
export interface InspectionSource extends Pick<Emulator, 'github' | 'gitlab' | 'git' | 'pages'> {
  readonly addresses: ShownAddresses
  readonly netlify: Pick<Emulator['netlify'], 'state' | 'siteUrl'>
  readonly vercel: Pick<Emulator['vercel'], 'state' | 'siteUrl'>
  readonly neon: { readonly state: Pick<NeonState, 'projects' | 'branches' | 'endpoints'> }
  readonly faults: Pick<Emulator['faults'], 'list'>
}

/** What the dashboard shows and changes. */
export interface DashboardSource extends InspectionSource, Pick<Emulator, 'requests' | 'onRequest' | 'reset'> {}
