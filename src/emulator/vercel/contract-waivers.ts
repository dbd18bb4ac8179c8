import type { ContractDocument, ContractEndpoint, JsonSchema } from '../contract.js'
import type { Waiver, Written } from '../waiver.js'
import { otherVersions, versionWaiver } from './other-versions.js'

const sent = 'Sent where Vercel’s own clients and Tabship deploy side by side in tests; the SDK does not have it.'
const tabship = 'Tabship sends it, and the SDK does not have it'
const client = '@vercel/client/dist'
const cli = 'vercel/dist'

/** Properties of bodies that real clients send, by the endpoint's id. */
const bodyProperties: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  createDeployment: {
    version: { const: 2 },
    source: { type: 'string' },
    build: { type: 'object', properties: { env: { $ref: '#/schemas/emulator-environment' } } },
    env: { $ref: '#/schemas/emulator-environment' },
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
  createDeployment: { prebuilt: { const: '1' }, withCache: { const: '1' } },
  getDeploymentEvents: { format: { const: 'lines' } },
  deleteDeployment: { hard: { enum: ['0', '1'] } },
  getProject: { rollbackInfo: { const: 'true' } },
}

/** Who uses the endpoints of our own, by their ids. */
const usersOf: Readonly<Record<string, string>> = {
  linkProject: `${tabship}. \`vercel git connect\` does, too, and Vercel's Terraform provider (\`client/project.go\`).`,
  updateProductionBranch: `${tabship}. Vercel's Terraform provider does, too (\`client/project.go\`).`,
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

/** What no test lets a client send, and where it says so itself: properties and parameters by their `what`. */
const written: Readonly<Record<string, Written>> = {
  ...Object.fromEntries(
    ['regions', 'functions', 'builds', 'routes', 'cleanUrls', 'trailingSlash', 'rewrites', 'redirects', 'headers']
      .concat('autoAssignCustomDomains')
      .map((name) => [`createDeployment: body.${name}`, { file: `${client}/types.d.ts`, text: `    ${name}?: ` }]),
  ),
  'createDeployment: query.withCache': {
    file: `${client}/utils/query-string.js`,
    text: 'options.set("withCache", "1")',
  },
  'deleteDeployment: query.hard': { file: `${cli}/chunks/chunk-FECLYNNO.js`, text: '`/now/deployments/*?hard=' },
  'createProjectEnv, editProjectEnv: body.visibility': {
    file: `${cli}/commands/env/index.js`,
    text: '...visibility!==void 0?{visibility}:{}',
  },
  'DELETE /v9/projects/{idOrName}/link': {
    file: `${cli}/chunks/chunk-SYEKOJHT.js`,
    text: 'client.fetch(fetchUrl,{method:"DELETE"',
  },
  'GET /v3/env/pull/{idOrName}/{target}': { file: `${cli}/chunks/chunk-VYC3AMWW.js`, text: '`/v3/env/pull/*`' },
}

function waiver(what: string, reason = sent): Waiver {
  const place = written[what]
  return place ? { what, reason: readIn(place), written: place } : { what, reason }
}

function readIn({ file, text }: Written): string {
  return `In a client's own code: \`${text.trim().replaceAll('`', '')}\` in \`${file}\`. The SDK does not have it.`
}

/** Everything that is accepted or served beside the contract, and why. */
export const waivers: readonly Waiver[] = [
  ...Object.entries(bodyProperties).flatMap(([id, properties]) =>
    Object.keys(properties).map((name) => waiver(`${id}: body.${name}`)),
  ),
  ...Object.entries(nullableProperties).flatMap(([id, names]) =>
    names.map((name) => waiver(`${id}: body.${name} (null)`)),
  ),
  waiver('createDeployment: body.files[].mode'),
  waiver('createProjectEnv, editProjectEnv: body.visibility'),
  ...Object.entries(queryParameters).flatMap(([id, parameters]) =>
    Object.keys(parameters).map((name) => waiver(`${id}: query.${name}`)),
  ),
  waiver('getCerts: query.limit', `${tabship}: as many as a page may have, as other lists of the API let it.`),
  ...ownEndpoints.map(({ id, method, path }) => waiver(`${method} ${path}`, usersOf[id])),
  ...otherVersions.map((version) => {
    const what = versionWaiver(version.method, version.asked)
    return version.written
      ? { what, reason: readIn(version.written), written: version.written }
      : { what, reason: sent }
  }),
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
