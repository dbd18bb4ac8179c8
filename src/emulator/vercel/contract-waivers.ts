import type { ContractDocument, ContractEndpoint, JsonSchema } from '../contract.js'
import type { Waiver } from '../waiver.js'

const cli = "Vercel's own CLI and @vercel/client send it; the SDK does not have it."

/** Properties of bodies that real clients send, by the endpoint's id. */
const bodyProperties: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  createDeployment: {
    version: { const: 2 },
    source: { type: 'string' },
    build: { type: 'object', properties: { env: { $ref: '#/schemas/emulator-environment' } } },
    env: { $ref: '#/schemas/emulator-environment' },
    public: { type: 'boolean' },
    regions: { type: 'array', items: { type: 'string' } },
    functions: { type: 'object' },
    builds: { type: 'array' },
    routes: { type: 'array' },
    cleanUrls: { type: 'boolean' },
    trailingSlash: { type: 'boolean' },
    rewrites: { type: 'array' },
    redirects: { type: 'array' },
    headers: { type: 'array' },
    autoAssignCustomDomains: { type: 'boolean' },
  },
}

/** Properties of bodies that real clients send as null, by the endpoint's id. */
const nullableProperties: Readonly<Record<string, readonly string[]>> = { createProject: ['framework'] }

/** Parameters of the query that real clients send, by the endpoint's id. */
const queryParameters: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  createDeployment: { prebuilt: { enum: ['1', '0', ''] }, withCache: { enum: ['1', '0', ''] } },
  getDeploymentEvents: { format: { enum: ['lines'] } },
  getProject: { rollbackInfo: { enum: ['true', 'false'] } },
}

/** Endpoints that real clients use and the SDK does not have. */
const ownEndpoints: readonly ContractEndpoint[] = [
  {
    id: 'linkProject',
    method: 'POST',
    path: '/v9/projects/{idOrName}/link',
    multiSegment: [],
    query: { teamId: { type: 'string' }, slug: { type: 'string' } },
    requiredQuery: [],
    body: {
      required: true,
      types: ['application/json'],
      schema: {
        type: 'object',
        required: ['type', 'repo'],
        properties: {
          type: { enum: ['github', 'gitlab', 'bitbucket'] },
          repo: { type: 'string', pattern: '^[^/]+/[^/]+' },
          gitCredentialId: { type: 'string' },
          org: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
    replies: { '200': { type: 'object', required: ['id', 'name', 'link'] } },
  },
  {
    id: 'updateProductionBranch',
    method: 'PATCH',
    path: '/v9/projects/{idOrName}/branch',
    multiSegment: [],
    query: { teamId: { type: 'string' }, slug: { type: 'string' } },
    requiredQuery: [],
    body: {
      required: true,
      types: ['application/json'],
      schema: {
        type: 'object',
        required: ['branch'],
        properties: { branch: { type: 'string', minLength: 1 } },
        additionalProperties: false,
      },
    },
    replies: { '200': { type: 'object', required: ['id', 'name', 'link'] } },
  },
  {
    id: 'unlinkProject',
    method: 'DELETE',
    path: '/v9/projects/{idOrName}/link',
    multiSegment: [],
    query: { teamId: { type: 'string' }, slug: { type: 'string' } },
    requiredQuery: [],
    body: null,
    replies: { '200': { type: 'object', required: ['id', 'name'] } },
  },
  {
    id: 'pullEnv',
    method: 'GET',
    path: '/v3/env/pull/{idOrName}/{target}',
    multiSegment: [],
    query: { teamId: { type: 'string' }, slug: { type: 'string' }, gitBranch: { type: 'string' } },
    requiredQuery: [],
    body: null,
    replies: { '200': { type: 'object', required: ['env', 'buildEnv'] } },
  },
]

interface OtherVersion {
  readonly from: RegExp
  readonly to: string
  /** @default all */
  readonly methods?: readonly string[]
}

/** Versions of a path that real clients use in place of the contract's. */
const otherVersions: readonly OtherVersion[] = [
  { from: /^\/v3\/now\/deployments\/([^/]+)\/events$/, to: '/v3/deployments/$1/events' },
  { from: /^\/v2\/deployments\/([^/]+)\/events$/, to: '/v3/deployments/$1/events' },
  { from: /^(?:\/v2)?\/now\/deployments\/([^/]+)\/aliases$/, to: '/v2/deployments/$1/aliases' },
  { from: /^(?:\/v\d+)?\/now\/deployments\/([^/]+)$/, to: '/v13/deployments/$1' },
  { from: /^(?:\/v1)?\/projects\/([^/]+)\/custom-environments$/, to: '/v9/projects/$1/custom-environments' },
  { from: /^\/v6\/deployments$/, to: '/v7/deployments', methods: ['GET'] },
  { from: /^\/v6\/now\/deployments$/, to: '/v7/deployments', methods: ['GET'] },
  { from: /^\/v(?:1|8|9|10)\/projects$/, to: '/v11/projects', methods: ['POST'] },
  { from: /^\/v[4-9]\/projects$/, to: '/v10/projects', methods: ['GET'] },
  { from: /^\/v(?:1|2|8|10)\/projects\/([^/]+)$/, to: '/v9/projects/$1' },
  { from: /^\/v(?:1|4)\/projects\/([^/]+)\/link$/, to: '/v9/projects/$1/link' },
  { from: /^\/v(?:8|9)\/projects\/([^/]+)\/env$/, to: '/v10/projects/$1/env' },
  { from: /^\/v(?:8|9|10)\/projects\/([^/]+)\/env\/([^/]+)$/, to: '/v1/projects/$1/env/$2', methods: ['GET'] },
  { from: /^\/v(?:8|10)\/projects\/([^/]+)\/env\/([^/]+)$/, to: '/v9/projects/$1/env/$2' },
  { from: /^\/v(?:8|9)\/projects\/([^/]+)\/domains$/, to: '/v10/projects/$1/domains', methods: ['POST'] },
  { from: /^\/v9\/projects\/([^/]+)\/rollback\/([^/]+)$/, to: '/v1/projects/$1/rollback/$2' },
  { from: /^\/v(?:1|9)\/projects\/([^/]+)\/promote\/(?!aliases$)([^/]+)$/, to: '/v10/projects/$1/promote/$2' },
  { from: /^\/v9\/projects\/([^/]+)\/(promote|rollback)\/aliases$/, to: '/v1/projects/$1/promote/aliases' },
  { from: /^\/v[12]\/teams$/, to: '/v2/teams' },
  { from: /^(?:\/v1)?\/teams\/([^/]+)$/, to: '/v2/teams/$1' },
  { from: /^\/v[2-4]\/domains\/([^/]+)\/config$/, to: '/v6/domains/$1/config' },
  { from: /^\/v[23]\/now\/aliases\/([^/]+)$/, to: '/v4/aliases/$1' },
  { from: /^\/v[23]\/(?:now\/)?aliases$/, to: '/v4/aliases' },
  { from: /^\/v1[0-2]\/deployments\/([^/]+)$/, to: '/v13/deployments/$1' },
  { from: /^\/v1\/projects\/([^/]+)\/transfer-request$/, to: '/projects/$1/transfer-request' },
]

/** The contract's path for one that a real client asks for. */
export function contractPath(method: string, path: string): string {
  const version = otherVersion(method, path)
  return version ? path.replace(version.from, version.to) : path
}

/** The waiver that a path makes use of which is not the contract's. */
export function versionWaiver(method: string, path: string): string {
  const version = otherVersion(method, path)
  return version ? nameOf(version) : `${method} ${path}`
}

function otherVersion(method: string, path: string): OtherVersion | undefined {
  return otherVersions.find(({ from, methods }) => from.test(path) && (methods?.includes(method) ?? true))
}

// For people: `/v[4-9]/projects for /v10/projects`.
function nameOf({ from, to }: OtherVersion): string {
  const plain = from.source
    .replace(/^\^|\$$/g, '')
    .replaceAll('\\/', '/')
    .replaceAll('([^/]+)', '*')
  return `${plain} for ${to.replace(/\$\d/g, '*')}`
}

/** Everything that is accepted or served beside the contract, and why. */
export const waivers: readonly Waiver[] = [
  ...Object.entries(bodyProperties).flatMap(([id, properties]) =>
    Object.keys(properties).map((name) => ({ what: `${id}: body.${name}`, reason: cli })),
  ),
  ...Object.entries(nullableProperties).flatMap(([id, names]) =>
    names.map((name) => ({ what: `${id}: body.${name} (null)`, reason: cli })),
  ),
  { what: 'createDeployment: body.files[].mode', reason: cli },
  { what: 'createProjectEnv, editProjectEnv: body.visibility', reason: cli },
  ...Object.entries(queryParameters).flatMap(([id, parameters]) =>
    Object.keys(parameters).map((name) => ({ what: `${id}: query.${name}`, reason: cli })),
  ),
  {
    what: 'getCerts: query.limit',
    reason: 'Tabship asks for as many as a page may have, as other lists of the API let it; the SDK has no query here.',
  },
  ...ownEndpoints.map(({ method, path }) => ({
    what: `${method} ${path}`,
    reason: `\`vercel git\`, \`vercel env\` or Vercel's own Terraform provider uses it. ${cli}`,
  })),
  ...otherVersions.map((version) => ({ what: nameOf(version), reason: cli })),
]

/** What was decided where the contract tells nothing, or less. */
export const guesses: readonly Waiver[] = [
  {
    what: 'createProject: a name is the only thing that a body must have',
    reason: 'The SDK leaves the whole body optional; the API refuses a project without a name.',
  },
]

/** The contract with what it is waived for. */
export function waive(document: ContractDocument): ContractDocument {
  const schemas: Record<string, JsonSchema> = {
    ...document.schemas,
    'emulator-environment': { type: 'object', additionalProperties: { type: 'string' } },
  }
  for (const name of ['InlinedFile', 'UploadedFile']) extend(schemas, name, { mode: { type: 'integer' } })
  for (const name of ['CreateProjectEnv11', 'CreateProjectEnv12', 'EditProjectEnvRequestBody']) {
    extend(schemas, name, { visibility: { enum: ['config', 'secret'] } })
  }
  const endpoints = document.endpoints.map((endpoint): ContractEndpoint => {
    const more = bodyProperties[endpoint.id]
    const reference = endpoint.body?.schema.$ref
    const name = typeof reference === 'string' ? reference.slice('#/schemas/'.length) : ''
    if (more) extend(schemas, name, more)
    for (const property of nullableProperties[endpoint.id] ?? []) {
      const known = (schemas[name] as { properties: Record<string, JsonSchema> }).properties[property]
      extend(schemas, name, { [property]: { anyOf: [known, { type: 'null' }] } })
    }
    return {
      ...endpoint,
      query: { ...endpoint.query, ...queryParameters[endpoint.id] },
    }
  })
  return { ...document, schemas, endpoints: [...endpoints, ...ownEndpoints] }
}

function extend(
  schemas: Record<string, JsonSchema>,
  name: string,
  properties: Readonly<Record<string, JsonSchema>>,
): void {
  const schema = schemas[name]
  if (!schema) throw new Error(`The contract has no schema ${name}`)
  schemas[name] = { ...schema, properties: { ...(schema.properties as object), ...properties } }
}
