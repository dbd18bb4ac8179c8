import * as z from 'zod/mini'
import type { Transport } from '../../spec/context.js'
import type { HostOutput } from '../../spec/host-output.js'
import type { Target } from '../../spec/target.js'
import { parseOptions } from '../../toolkit/parse-options.js'
import { targetName } from '../../toolkit/target-name.js'
import { createNetlifyApi } from './api.js'
import { type DropCheckpoint, dropCheckpointSchema } from './drop-checkpoint.js'
import { noFunctions, noPreview, notAnonymous } from './drop-problems.js'

/** Options of `netlify` for a user who has no account there, or has not signed in yet. */
export interface AnonymousNetlifyOptions {
  /** A new site is made that is nobody's, and that Netlify removes after 60 minutes unless somebody claims it. */
  readonly anonymous: true
  /** What plans, events and results call this target, as for a site with an account. @default 'netlify' */
  readonly name?: string
  /** @default 'https://api.netlify.com/api/v1' */
  readonly apiUrl?: string
  /** How API requests travel. @default 'auto' */
  readonly transport?: Transport
}

const fields = {
  anonymous: z.literal(true),
  name: z._default(targetName, 'netlify'),
  apiUrl: z._default(z.url({ protocol: /^https?$/ }), 'https://api.netlify.com/api/v1'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
}
/** What is somebody's, and so does not go with it. */
const ofAccounts = ['auth', 'site', 'team', 'upload', 'variables', 'repository', 'domains', 'alias', 'logsUrl']

/** Where builds leave functions, their own and the user's, as Netlify's CLI looks for them. */
const built = ['.netlify/v1/functions', '.netlify/v1/edge-functions', '.netlify/functions-internal']
const written = ['netlify/functions', 'netlify/edge-functions']

/** Functions need an account: a site without them would look published and not work. */
const output: HostOutput = {
  host: 'netlify',
  folders: [...built, '.netlify/edge-functions'],
  whole: null,
  async collectExtras({ list }) {
    for (const folder of [...built, ...written]) if ((await list(folder))?.length) throw noFunctions()
    return undefined
  },
}

/**
 * The target for a site without an account.
 * @throws OptionsError `options-invalid`
 */
export function anonymousNetlify(options: AnonymousNetlifyOptions): Target {
  const foreign = ofAccounts.filter((name) => Object.hasOwn(options, name))
  if (foreign.length > 0) throw notAnonymous(foreign)
  const { name: target, apiUrl, transport } = parseOptions(z.strictObject(fields), options, 'netlify')
  const base = apiUrl.replace(/\/+$/, '')
  const apiFor = (token?: string) =>
    createNetlifyApi(base, transport, token === undefined ? undefined : async () => token)
  const load = () => import('./drop.js')
  const tools = { target, apiFor }

  const adapter: Target<DropCheckpoint> = {
    name: target,
    site: 'a new site without an account',
    // Two at a time would make a site too many of what is not meant to be two.
    resource: `${new URL(apiUrl).host} anonymous ${target}`,
    checkpoint: dropCheckpointSchema,
    requests: {
      prepare: { least: 0, most: 0 },
      // Netlify is asked how far it is for as long as it takes.
      publish: () => ({ least: 4, most: null }),
    },
    note: ', which is removed after 60 minutes unless somebody claims it',
    output,
    rules: {
      reads: ['netlify.toml', '_redirects', '_headers'],
      warn: async (rules) => (await import('./rule-warnings.js')).warnNetlify(rules),
    },
    advice: {
      unreachable: () =>
        'If it asks for a password, Netlify has hidden it until it is claimed; its own CLI gives the password My-Drop-Site for such sites.',
    },

    admit({ environment }) {
      if (environment === 'preview') throw noPreview()
    },

    // The site comes with its first release: Netlify makes no empty one, and it names it itself.
    prepare: async () => ({
      id: `anonymous-${target}`,
      name: 'a new site',
      url: '',
      adminUrl: null,
      created: false,
    }),
    publish: async (input, context) => (await load()).publishDrop(tools, input, context),
    confirmSite: async () => true,
    confirmRelease: async (release, _site, context) => (await load()).confirmDrop(tools, release, context),
  }
  return adapter
}
