import { randomBytes } from 'node:crypto'
import type { Endpoint } from './call.js'
import { manifestOf } from './deploy-endpoints.js'
import { dropAccount, dropLifetime } from './drop.js'
import { NetlifyFailure } from './failure.js'
import { makeSiteName } from './site-name.js'
import { contentsOf, createObjectId, type NetlifyDeploy, type NetlifySite } from './state.js'

/** Publishing without an account, and claiming what was; see the waivers for what is known of it. */
export const dropEndpoints: Readonly<Record<string, Endpoint>> = {
  createDropToken: (_call, { state }) => {
    const token = randomBytes(24).toString('hex')
    state.drops.set(token, undefined)
    return { status: 200, json: { token } }
  },
  createDrop: (call, world) => {
    const { state, machine, random } = world
    const token = String(call.json.token)
    if (!state.drops.has(token)) throw new NetlifyFailure(422, 'The token is not valid')
    if (state.drops.get(token)) throw new NetlifyFailure(422, 'The token was used')
    const files = manifestOf(call)
    const now = world.clock.now()
    const origin = call.json.created_via
    const site: NetlifySite = {
      id: random.uuid(),
      account: dropAccount,
      user: dropAccount,
      name: makeSiteName(random),
      settings: {},
      published: undefined,
      lagging: new Map(),
      history: [],
      branches: new Map(),
      createdAt: now,
      updatedAt: now,
      drop: { token, expiresAt: now + dropLifetime, isProtected: origin === undefined || origin === 'drop' },
    }
    const deploy: NetlifyDeploy = {
      id: createObjectId(random),
      site,
      user: dropAccount,
      draft: false,
      title: undefined,
      branch: undefined,
      framework: undefined,
      state: 'new',
      states: ['new'],
      stateTimes: [now],
      errorMessage: undefined,
      files: undefined,
      required: undefined,
      locked: false,
      createdAt: now,
      updatedAt: now,
      publishedAt: undefined,
    }
    state.sites.set(site.id, site)
    state.deploys.set(deploy.id, deploy)
    state.drops.set(token, site)
    machine.digest(deploy, files, false)
    const required = [...(deploy.required ?? [])]
    return { status: 200, json: { id: site.id, deploy_id: deploy.id, subdomain: site.name, required } }
  },
  claimDrop: (call, { state, clock }) => {
    const token = String(call.json.token)
    const site = state.drops.get(token)
    // Both as the CLI's own tests have it (`tests/integration/commands/claim`).
    if (site?.id !== call.json.site) throw new NetlifyFailure(401, 'Invalid or expired token')
    if (!site?.drop) throw new NetlifyFailure(409, 'Site has already been claimed')
    const { user } = call.credential
    const contents = contentsOf(state, user)
    for (const [sha1, bytes] of contentsOf(state, site.account)) contents.set(sha1, bytes)
    site.account = user
    site.user = user
    site.drop = undefined
    site.updatedAt = clock.now()
    return { status: 204 }
  },
}
