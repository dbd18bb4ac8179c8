import type { ContractDocument, ContractEndpoint } from '../contract.js'

/** Something that is served although the published contract does not have it. */
export interface Waiver {
  readonly what: string
  readonly reason: string
}

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

/** Everything that is served beside the contract, why, and what of it is a guess. */
export const waivers: readonly Waiver[] = [
  ...dropEndpoints.map(({ method, path }) => ({ what: `${method} ${path}`, reason: cli })),
  { what: 'PUT /deploys/{deploy_id}/files/{path} with a drop token', reason: cli },
  { what: 'GET /sites/{site_id}/deploys/{deploy_id} without a token, of a site that nobody has claimed', reason: cli },
  {
    what: 'POST /drop with a token that was used: 422',
    reason:
      "The CLI never does so, and nothing tells. A client that copes with the refusal copes with Netlify's kindness.",
  },
  {
    what: 'POST /drop/claim: 204 without a body, and 404 for a site that is claimed or gone',
    reason: 'The CLI reads no more than whether it was a success.',
  },
]

/** The contract with what is served beside it. */
export function waive(document: ContractDocument): ContractDocument {
  return { ...document, endpoints: [...document.endpoints, ...dropEndpoints] }
}
