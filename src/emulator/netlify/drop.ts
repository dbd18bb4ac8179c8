import type { Account, Credential } from '../accounts.js'
import type { NetlifyWorld } from './call.js'
import type { NetlifySite, NetlifyState } from './state.js'

/** "Anonymously deployed sites need to be claimed within 60 minutes", as Netlify's CLI says. */
export const dropLifetime: number = 60 * 60_000

/** What a site is that nobody has claimed yet. */
export interface Drop {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether its visitors are asked for a password: the CLI says so of what was not `created_via` something of one's own. */
  readonly isProtected: boolean
}

/** Whose the sites are that nobody has claimed: Netlify's. */
export const dropAccount: Account = {
  kind: 'user',
  id: 0,
  netlifyId: '0'.repeat(24),
  login: 'netlify-drop',
  name: 'Netlify Drop',
  email: 'drop@example.com',
  members: [],
}

/** Somebody without an account, and the one site that they may touch. */
export interface Guest {
  readonly credential: Credential
  readonly site: NetlifySite | undefined
}

/** @returns `undefined` where a request is none that can be made without an account. */
export function guestOf(request: Request, path: string, { state, machine }: NetlifyWorld): Guest | undefined {
  machine.settle()
  const route = `${request.method} ${path}`
  const guest = (site: NetlifySite | undefined, token = 'anonymous'): Guest => {
    return { credential: { token, user: dropAccount, scopes: ['netlify'] }, site }
  }
  const authorization = request.headers.get('Authorization')
  if (authorization === null) {
    if (route === 'POST /drop/token' || route === 'POST /drop') return guest(undefined)
    const site = state.sites.get(/^GET \/sites\/([^/]+)\/deploys\/[^/]+$/.exec(route)?.[1] ?? '')
    return site?.drop && guest(site)
  }
  const [, token = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? []
  const site = state.drops.get(token)
  return site?.drop && /^PUT \/deploys\/[^/]+\/files\/./.test(route) ? guest(site, token) : undefined
}

/** Removes the sites that nobody has claimed in time. */
export function removeExpired(state: NetlifyState, now: number): void {
  for (const site of state.sites.values()) {
    if (!site.drop || site.drop.expiresAt > now) continue
    state.drops.delete(site.drop.token)
    state.sites.delete(site.id)
    for (const [id, deploy] of state.deploys) if (deploy.site === site) state.deploys.delete(id)
  }
}

/** What visitors get of a site that asks for a password. The emulator takes none. */
export function passwordPage(): Response {
  return new Response('<!doctype html><title>Password</title><form method="post"><input name="password"></form>\n', {
    status: 401,
    headers: { 'Content-Type': 'text/html; charset=utf-8', Server: 'Netlify' },
  })
}
