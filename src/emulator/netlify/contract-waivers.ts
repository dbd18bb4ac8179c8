import type { ContractDocument, ContractEndpoint, JsonSchema } from '../contract.js'
import type { Waiver } from '../waiver.js'

const text = { type: 'string', minLength: 1 }

/** What Netlify's CLI asks for in `netlify deploy --allow-anonymous` and `netlify claim` (`utils/deploy/drop-api`). */
const dropEndpoints: readonly ContractEndpoint[] = [
  {
    id: 'createDropToken',
    method: 'POST',
    path: '/drop/token',
    multiSegment: [],
    query: {},
    requiredQuery: [],
    body: null,
    replies: { '200': { type: 'object', required: ['token'], properties: { token: text } } },
  },
  {
    id: 'createDrop',
    method: 'POST',
    path: '/drop',
    multiSegment: [],
    query: {},
    requiredQuery: [],
    body: {
      required: true,
      types: ['application/json'],
      schema: {
        type: 'object',
        required: ['files', 'token'],
        properties: { files: { type: 'object', minProperties: 1 }, token: text, created_via: text },
        additionalProperties: false,
      },
    },
    replies: {
      '200': {
        type: 'object',
        required: ['id', 'deploy_id', 'subdomain', 'required'],
        properties: {
          id: text,
          deploy_id: text,
          subdomain: text,
          required: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
  {
    id: 'claimDrop',
    method: 'POST',
    path: '/drop/claim',
    multiSegment: [],
    query: {},
    requiredQuery: [],
    body: {
      required: true,
      types: ['application/json'],
      schema: {
        type: 'object',
        required: ['site', 'token'],
        properties: { site: text, token: text },
        additionalProperties: false,
      },
    },
    replies: { '204': null },
  },
]

const cli = "Netlify's own CLI uses it; the contract does not have it, which the CLI's source regrets."

/** Where the CLI writes the scope `post-processing` with an underscore (`ALL_ENVELOPE_SCOPES` in its `utils/env`). */
const underscoredScopes: readonly string[] = ['createEnvVars', 'updateEnvVar']

/** What may be asked without an account, by the endpoint's id: the contract wants a token everywhere. */
const guests: Readonly<Record<string, string>> = {
  createDropToken: 'POST /drop/token',
  createDrop: 'POST /drop',
  uploadDeployFile: 'uploadDeployFile: with a drop token',
  getSiteDeploy: 'getSiteDeploy: without a token, of a site that nobody has claimed',
}

/** The waiver that somebody without an account makes use of. */
export function guestWaiver(operation: string): string {
  return guests[operation] ?? `${operation}: without an account`
}

/** Everything that is served beside the contract, and why. */
export const waivers: readonly Waiver[] = [
  ...dropEndpoints.map(({ method, path }) => ({ what: `${method} ${path}`, reason: cli })),
  ...['uploadDeployFile', 'getSiteDeploy'].map((id) => ({ what: guestWaiver(id), reason: cli })),
  ...underscoredScopes.map((id) => ({
    what: `${id}: body${id === 'createEnvVars' ? '[]' : ''}.scopes[] (string)`,
    reason: `The scope post_processing for post-processing. ${cli}`,
  })),
  ...[
    'createSiteDeploy: body.deploy_source',
    'createSiteDeploy: body.include_upload_url',
    'updateSiteDeploy: body.build_version',
  ].map((what) => ({ what, reason: cli })),
  {
    what: 'createSite, updateSite: body.repo.base',
    reason: 'The folder of a project in its repository: `netlify init` sends it (`utils/init/config-manual.js`).',
  },
  {
    what: 'updateSite: body.repo.skip_prs',
    reason: 'Whether pull requests are not built, as in recorded replies. Tabship sends it where it is asked to.',
  },
  ...['reply', 'reply[]'].flatMap((place) =>
    ['base', 'skip_prs'].map((name) => ({
      what: `*: ${place}.build_settings.${name}`,
      reason: 'What was sent as `repo` comes back as `build_settings`.',
    })),
  ),
  ...['reply', 'reply[]', 'reply.published_deploy', 'reply[].published_deploy'].map((place) => ({
    what: `*: ${place}.links`,
    reason: 'Every deploy has its `permalink` and `alias` there in replies and webhooks that people have recorded.',
  })),
  ...['reply', 'reply[]'].map((place) => ({
    what: `*: ${place}.default_domain`,
    reason: 'The host that a CNAME leads to. Netlify sends it; Tabship takes it where it is there, and does without.',
  })),
  {
    what: 'createSite, createSiteInTeam, updateSite: reply 422 must have required property message',
    reason: 'So it answers where a name is taken (github.com/netlify/open-api issue 377).',
  },
]

/** The contract with what is served beside it. */
export function waive(document: ContractDocument): ContractDocument {
  const schemas: Record<string, JsonSchema> = { ...document.schemas }
  const endpoints = document.endpoints.map((endpoint): ContractEndpoint => {
    if (!endpoint.body || !underscoredScopes.includes(endpoint.id)) return endpoint
    return { ...endpoint, body: { ...endpoint.body, schema: withUnderscore(endpoint.body.schema, schemas) } }
  })
  return { ...document, endpoints: [...endpoints, ...dropEndpoints], schemas }
}

/** A copy of a schema that takes `post_processing` wherever it takes `post-processing`; what it refers to is copied too. */
function withUnderscore(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.includes('post-processing') ? [...value, 'post_processing'] : value.map(copy)
    }
    if (typeof value !== 'object' || value === null) return value
    const { $ref } = value as JsonSchema
    if (typeof $ref !== 'string') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]))
    const name = $ref.slice('#/schemas/'.length)
    schemas[`${name}-waived`] ??= copy(schemas[name]) as JsonSchema
    return { $ref: `#/schemas/${name}-waived` }
  }
  return copy(schema) as JsonSchema
}
