import { Buffer } from 'node:buffer'
import sodium from 'libsodium-wrappers'
import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { GithubProblem, notFound } from '../problem.js'
import { githubTime } from '../read-git.js'
import type { SealingKeys, StoredValue, Vault } from './repository-setup.js'
import { administered, invalid, paged } from './settings-call.js'

type VaultOf = (call: Call) => Vault

const repositoryVault: VaultOf = (call) => administered(call).setup
const environmentVault: VaultOf = (call) => {
  const name = call.parameters.environment_name ?? ''
  const environment = administered(call).setup.environments.get(name.toLowerCase())
  if (!environment) throw notFound()
  return environment
}

/** Secrets and variables of Actions, of a repository and of its environments. */
export const vaultEndpoints: Endpoints = {
  ...of('repo', repositoryVault),
  ...of('environment', environmentVault),
  // Nothing here lets an organization have secrets.
  'actions/list-repo-organization-secrets': {
    ...{ page: 'actions/secrets', accepts: 'repo', signedIn: true },
    async answer(call) {
      administered(call)
      return { status: 200, body: { total_count: 0, secrets: [] } }
    },
  },
}

function of(level: 'repo' | 'environment', vaultOf: VaultOf): Endpoints {
  const endpoint = (page: string, answer: Endpoint['answer']): Endpoint => {
    return { page: `actions/${page}`, accepts: 'repo', signedIn: true, answer }
  }
  return {
    [`actions/list-${level}-secrets`]: endpoint('secrets', async (call) => {
      const all = [...vaultOf(call).secrets.values()]
      return paged(call, all, (page) => ({ total_count: all.length, secrets: page.map(withoutValue) }))
    }),
    [`actions/get-${level}-public-key`]: endpoint('secrets', async (call) => {
      const { id, publicKey } = await keysOf(call, vaultOf(call))
      return { status: 200, body: { key_id: id, key: Buffer.from(publicKey).toString('base64') } }
    }),
    [`actions/create-or-update-${level}-secret`]: endpoint('secrets', (call) => putSecret(call, vaultOf(call))),
    [`actions/delete-${level}-secret`]: endpoint('secrets', async (call) => {
      if (!vaultOf(call).secrets.delete(nameOf(call.parameters.secret_name))) throw notFound()
      return { status: 204, body: undefined }
    }),
    [`actions/list-${level}-variables`]: endpoint('variables', async (call) => {
      const all = [...vaultOf(call).variables.values()]
      const reply = (one: StoredValue) => ({ ...withoutValue(one), value: one.value })
      // GitHub Docs, "List repository variables": 10 a page, 30 at most.
      return paged(call, all, (page) => ({ total_count: all.length, variables: page.map(reply) }), {
        most: 30,
        usual: 10,
      })
    }),
    [`actions/create-${level}-variable`]: endpoint('variables', async (call) => {
      const { variables } = vaultOf(call)
      const name = checkedName('Variable', String(call.body.name))
      if (variables.has(name)) throw new GithubProblem(409, 'Already exists - Variable already exists')
      const time = call.now()
      variables.set(name, { name, value: checkedValue(call), createdAt: time, updatedAt: time })
      return { status: 201, body: {} }
    }),
    [`actions/update-${level}-variable`]: endpoint('variables', async (call) => {
      const { variables } = vaultOf(call)
      const old = nameOf(call.parameters.name)
      const known = variables.get(old)
      if (!known) throw notFound()
      const name = typeof call.body.name === 'string' ? checkedName('Variable', call.body.name) : old
      const value = call.body.value === undefined ? known.value : checkedValue(call)
      variables.delete(old)
      variables.set(name, { ...known, name, value, updatedAt: call.now() })
      return { status: 204, body: undefined }
    }),
    [`actions/delete-${level}-variable`]: endpoint('variables', async (call) => {
      if (!vaultOf(call).variables.delete(nameOf(call.parameters.name))) throw notFound()
      return { status: 204, body: undefined }
    }),
  }
}

async function putSecret(call: Call, vault: Vault): Promise<Answer> {
  const name = checkedName('Secret', call.parameters.secret_name ?? '')
  const keys = await keysOf(call, vault)
  if (call.body.key_id !== keys.id) throw invalid('Secret', 'key_id', 'Bad key id.', 'invalid')
  const value = await open(String(call.body.encrypted_value), keys)
  // GitHub Docs, "Using secrets in GitHub Actions", "Limits for secrets".
  if (Buffer.byteLength(value) > 48 * 1024) throw invalid('Secret', 'encrypted_value', 'is too large', 'invalid')
  const known = vault.secrets.get(name)
  const time = call.now()
  vault.secrets.set(name, { name, value, createdAt: known?.createdAt ?? time, updatedAt: time })
  return known ? { status: 204, body: undefined } : { status: 201, body: {} }
}

async function keysOf({ nextId }: Call, vault: Vault): Promise<SealingKeys> {
  await sodium.ready
  if (!vault.keys) {
    const { publicKey, privateKey } = sodium.crypto_box_keypair()
    vault.keys = { id: String(568_250_167_242_549_700n + BigInt(nextId())), publicKey, privateKey }
  }
  return vault.keys
}

async function open(box: string, { publicKey, privateKey }: SealingKeys): Promise<string> {
  const bytes = Buffer.from(box, 'base64')
  try {
    const opened = sodium.crypto_box_seal_open(new Uint8Array(bytes), publicKey, privateKey)
    return Buffer.from(opened).toString()
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw invalid('Secret', 'encrypted_value', 'improperly encrypted secret', 'invalid')
  }
}

// GitHub keeps names in capitals.
function nameOf(name = ''): string {
  return name.toUpperCase()
}

/** GitHub Docs, "Naming your secrets" and "Naming conventions for configuration variables". */
function checkedName(resource: 'Secret' | 'Variable', name: string): string {
  if (/^[a-z_]\w*$/i.test(name) && !/^github_/i.test(name)) return nameOf(name)
  const why = /^github_/i.test(name)
    ? `${resource} names must not start with GITHUB_.`
    : `${resource} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`
  throw new GithubProblem(422, why)
}

// 48 KB, as of secrets.
function checkedValue({ body }: Call): string {
  const value = String(body.value)
  if (Buffer.byteLength(value) > 48 * 1024) throw new GithubProblem(422, 'Variable value is too large')
  return value
}

function withoutValue({ name, createdAt, updatedAt }: StoredValue): Record<string, string> {
  return { name, created_at: githubTime(createdAt), updated_at: githubTime(updatedAt) }
}
