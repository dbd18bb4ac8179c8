import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import { notFound } from '../problem.js'
import { githubTime } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { EmulatedDeployKey } from './repository-setup.js'
import { administered, apiOf, created, invalid, paged } from './settings-call.js'

/** Deploy keys. A key may be used once in all of GitHub. */
export const keyEndpoints: Endpoints = {
  'repos/list-deploy-keys': endpoint('list-deploy-keys', async (call) => {
    const repository = administered(call)
    return paged(call, repository.setup.deployKeys, (page) => page.map((key) => reply(call, repository, key)))
  }),
  'repos/create-deploy-key': endpoint('create-a-deploy-key', async (call) => {
    const repository = administered(call)
    const key = materialOf(String(call.body.key))
    const used = call.repositories.all.some((one) => one.setup.deployKeys.some((other) => other.key === key))
    if (used) throw invalid('PublicKey', 'key', 'key is already in use')
    const made = {
      id: call.nextId(),
      title: String(call.body.title ?? key.slice(0, 20)),
      key,
      readOnly: call.body.read_only === true,
      addedBy: call.credential?.user.login ?? '',
      createdAt: call.now(),
    }
    repository.setup.deployKeys.push(made)
    return created(reply(call, repository, made))
  }),
  'repos/delete-deploy-key': endpoint('delete-a-deploy-key', async (call) => {
    const { deployKeys } = administered(call).setup
    const index = deployKeys.findIndex(({ id }) => String(id) === call.parameters.key_id)
    if (index < 0) throw notFound()
    deployKeys.splice(index, 1)
    return { status: 204, body: undefined }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `deploy-keys/deploy-keys#${page}`, accepts: 'repo', signedIn: true, answer }
}

/** Type and bytes without the comment; the bytes name the type once more (RFC 4253, 6.6). */
function materialOf(text: string): string {
  const [type = '', blob = ''] = text.trim().split(/\s+/)
  const bytes = Buffer.from(blob, 'base64')
  const named = bytes.length > 4 ? bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString() : ''
  if (/^(?:ssh-|ecdsa-|sk-)/.test(type) && named === type) return `${type} ${blob}`
  throw invalid('PublicKey', 'key', 'key is invalid. You must supply a key in OpenSSH public key format')
}

function reply(call: Call, repository: EmulatedRepository, key: EmulatedDeployKey): Record<string, unknown> {
  return {
    id: key.id,
    key: key.key,
    url: `${apiOf(call, repository)}/keys/${key.id}`,
    title: key.title,
    verified: true,
    created_at: githubTime(key.createdAt),
    read_only: key.readOnly,
    added_by: key.addedBy,
    last_used: null,
    enabled: true,
  }
}
