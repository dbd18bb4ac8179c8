import type { Written } from '../waiver.js'

/** A version of a path that a real client uses in place of the contract's. */
interface OtherVersion {
  readonly method: string
  /** As the client has it; `*` stands for one segment. */
  readonly asked: string
  /** The contract's; each `*` takes the same place. */
  readonly path: string
  /** Where the client says so, for what no test lets it send. */
  readonly written?: Written
}

const bulk = 'vercel/dist/commands-bulk.js'
const environment = 'vercel/dist/commands/env/index.js'
const inBulk = (text: string): { readonly written: Written } => ({ written: { file: bulk, text } })

/** Every version of a path that is served beside the contract's. */
export const otherVersions: readonly OtherVersion[] = [
  {
    method: 'GET',
    asked: '/v3/now/deployments/*/events',
    path: '/v3/deployments/*/events',
    written: { file: 'vercel/dist/chunks/chunk-4R32LMIV.js', text: '`/v3/now/deployments/*/events?' },
  },
  {
    method: 'GET',
    asked: '/now/deployments/*/aliases',
    path: '/v2/deployments/*/aliases',
    ...inBulk('`/now/deployments/*/aliases`'),
  },
  { method: 'POST', asked: '/now/deployments/*/aliases', path: '/v2/deployments/*/aliases' },
  {
    method: 'DELETE',
    asked: '/now/deployments/*',
    path: '/v13/deployments/*',
    written: { file: 'vercel/dist/chunks/chunk-FECLYNNO.js', text: '`/now/deployments/*?hard=' },
  },
  { method: 'GET', asked: '/projects/*/custom-environments', path: '/v9/projects/*/custom-environments' },
  { method: 'GET', asked: '/v6/deployments', path: '/v7/deployments', ...inBulk('`/v6/deployments?*`') },
  { method: 'POST', asked: '/v1/projects', path: '/v11/projects' },
  { method: 'GET', asked: '/v9/projects', path: '/v10/projects', ...inBulk('`/v9/projects?*`') },
  {
    method: 'DELETE',
    asked: '/v2/projects/*',
    path: '/v9/projects/*',
    ...inBulk('`/v2/projects/*`,{method:"DELETE"}'),
  },
  {
    method: 'PATCH',
    asked: '/v10/projects/*/env/*',
    path: '/v9/projects/*/env/*',
    written: { file: environment, text: '`/v10/projects/*/env/*`,{method:"PATCH"' },
  },
  {
    method: 'DELETE',
    asked: '/v10/projects/*/env/*',
    path: '/v9/projects/*/env/*',
    written: { file: environment, text: '`/v10/projects/*/env/*`' },
  },
  { method: 'POST', asked: '/v9/projects/*/rollback/*', path: '/v1/projects/*/rollback/*' },
  {
    method: 'GET',
    asked: '/v9/projects/*/promote/aliases',
    path: '/v1/projects/*/promote/aliases',
    ...inBulk('`/v9/projects/*/promote/aliases?'),
  },
  {
    method: 'GET',
    asked: '/v9/projects/*/rollback/aliases',
    path: '/v1/projects/*/promote/aliases',
    ...inBulk('`/v9/projects/*/rollback/aliases?'),
  },
  { method: 'GET', asked: '/v1/teams', path: '/v2/teams' },
  { method: 'GET', asked: '/teams/*', path: '/v2/teams/*' },
  {
    method: 'GET',
    asked: '/now/aliases/*',
    path: '/v4/aliases/*',
    ...inBulk('`/now/aliases/*`'),
  },
  {
    method: 'DELETE',
    asked: '/now/aliases/*',
    path: '/v2/aliases/*',
    ...inBulk('`/now/aliases/*`,{method:"DELETE"}'),
  },
  { method: 'GET', asked: '/v3/now/aliases', path: '/v4/aliases', ...inBulk('`/v3/now/aliases?limit=') },
]

const patterns = otherVersions.map((version) => ({
  ...version,
  pattern: new RegExp(`^${version.asked.replaceAll('*', '([^/]+)')}$`),
}))

/** The contract's path for one that a real client asks for. */
export function contractPath(method: string, path: string): string {
  const version = versionOf(method, path)
  const [, ...segments] = version?.pattern.exec(path) ?? []
  return version ? version.path.replaceAll('*', () => segments.shift() ?? '') : path
}

/** The waiver that a path makes use of which is not the contract's: `GET /v9/projects for /v10/projects`. */
export function versionWaiver(method: string, path: string): string {
  const version = versionOf(method, path)
  return version ? `${method} ${version.asked} for ${version.path}` : `${method} ${path}`
}

function versionOf(method: string, path: string): (typeof patterns)[number] | undefined {
  return patterns.find((one) => one.method === method && one.pattern.test(path))
}
