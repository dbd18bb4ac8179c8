import * as z from 'zod/mini'
import { ConflictError } from '../../../errors/conflict-error.js'
import { RequestError } from '../../../errors/request-error.js'
import type { SetupChange } from '../../../spec/repository-setup.js'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import { readAll } from './read-all.js'
import { changeOf, listed, type Place, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'
import { materialOf } from './setup-schema.js'

/** A key of a repository. */
export interface Key {
  readonly id: number
  readonly key: string
  readonly title: string
  readonly read_only: boolean
}

const keySchema: z.ZodMiniType<Key> = z.object({
  id: z.number(),
  key: z.string(),
  title: z.string(),
  read_only: z.boolean(),
})
type Wanted = NonNullable<ParsedSetup['deployKeys']>[number]

/** Deploy keys. One that is there is known by the key itself, whatever its title and its comment. */
export function deployKeys({ deployKeys: wanted = [] }: ParsedSetup): Setting | undefined {
  if (wanted.length === 0) return undefined
  return {
    phase: 'before-commit',
    line: `adds the deploy keys ${listed(wanted.map(({ title }) => title))}`,
    option: 'github.setup.deployKeys',
    requests: { least: 1, most: 1 + wanted.length },
    permission: 'Administration',
    async *apply(place) {
      const known = await readKeys(place)
      for (const one of wanted) yield await setKey(place, one, known.find(isOf(one)))
    },
  }
}

const isOf =
  (wanted: Wanted) =>
  ({ key }: Key): boolean =>
    materialOf(key) === materialOf(wanted.key)

/** The keys of a repository. */
export function readKeys(place: Place): Promise<Key[]> {
  const request = { purpose: `list the deploy keys of ${place.fullName}`, path: `/repos/${place.fullName}/keys` }
  return readAll(place, request, z.array(keySchema), (items) => ({ items }))
}

async function setKey(place: Place, wanted: Wanted, found: Key | undefined): Promise<SetupChange> {
  const { title, readOnly } = wanted
  const { api, context, fullName } = place
  // A key can't be changed, and is not taken away from whoever uses it: what it may do is told.
  if (found && found.read_only !== readOnly) throw otherRight(fullName, wanted)
  if (found) return changeOf('deploy-key', title, 'unchanged')
  const purpose = `add the deploy key ${title}`
  const json = { title, key: materialOf(wanted.key), read_only: readOnly }
  await createOrAdopt({
    context,
    provider: 'github',
    purpose,
    again: false,
    create: () =>
      api
        .json(context, keySchema, { purpose, method: 'POST', path: `/repos/${fullName}/keys`, json })
        .catch((error: unknown) => {
          throw isUsed(error) ? usedElsewhere(title, error) : error
        }),
    find: async () => (await readKeys(place)).find(isOf(wanted)),
  })
  return changeOf('deploy-key', title, 'created')
}

function isUsed(error: unknown): boolean {
  return error instanceof RequestError && error.details.status === 422 && /already in use/.test(error.message)
}

function usedElsewhere(title: string, cause: unknown): ConflictError {
  return new ConflictError({
    code: 'deploy-key-used',
    message: `The deploy key ${title} is in use already: of another repository, or of an account.`,
    hint: 'GitHub lets a key be used once. Make a key for this repository alone (ssh-keygen -t ed25519).',
    details: { title },
    cause,
  })
}

function otherRight(fullName: string, { title, readOnly }: Wanted): ConflictError {
  return new ConflictError({
    code: 'deploy-key-differs',
    message: `The deploy key ${title} is one of ${fullName} already, and ${readOnly ? 'may write' : 'may only read'}.`,
    hint: 'GitHub lets no key be changed. Remove it in the settings of the repository, or give readOnly as it is there.',
    details: { title, readOnly },
  })
}
