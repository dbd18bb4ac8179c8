import * as z from 'zod/mini'
import { OptionsError } from '../../../errors/options-error.js'
import type { TokenSource } from '../../../spec/context.js'
import type { SetupChange } from '../../../spec/repository-setup.js'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import { Secret } from '../../../toolkit/secret.js'
import { readAll } from './read-all.js'
import { sealText } from './sealed-box.js'
import { changeOf, listed, type Place, type Setting } from './setting.js'
import { fitsVault, mostVaultBytes } from './setup-checks.js'

/** Where secrets and variables belong: a repository, or an environment of it. */
export interface VaultPlace {
  /** Of the addresses, below `/repos/{owner}/{repo}`: `/actions`, or `/environments/{name}`. */
  readonly path: string
  /** Put before the kind of the setting: `environment-` makes it `environment-secret`. */
  readonly kind: '' | 'environment-'
  /** Put before each name: `production/`. */
  readonly prefix: string
  /** Name of the option, for messages: `github.setup`. */
  readonly option: string
  /** As it reads after "secrets of": `owner/name`. */
  readonly whose: string
}

const names = z.object({ total_count: z.number(), secrets: z.array(z.object({ name: z.string() })) })
const values = z.object({
  total_count: z.number(),
  variables: z.array(z.object({ name: z.string(), value: z.string() })),
})
const keySchema = z.object({ key_id: z.string(), key: z.string() })

/** Secrets of Actions. GitHub shows none, so that each is put again; which are new is told by their names. */
export function secrets(place: VaultPlace, wanted: Readonly<Record<string, TokenSource>> = {}): Setting | undefined {
  const entries = Object.entries(wanted)
  if (entries.length === 0) return undefined
  const texts = entries.map(([name, source]) => {
    return { name: name.toUpperCase(), text: new Secret(source, `${place.option}.secrets.${name}`, 'text') }
  })
  return {
    phase: 'before-commit',
    line: `puts the ${place.kind ? `secrets of ${place.whose}` : 'secrets'} ${listed(texts.map(({ name }) => name))}`,
    option: `${place.option}.secrets`,
    requests: { least: 2 + texts.length, most: 3 + texts.length },
    permission: place.kind ? 'Environments' : 'Secrets',
    secrets: () => texts.flatMap(({ text }) => text.known() ?? []),
    async *apply(at) {
      const { api, context, fullName } = at
      const path = `/repos/${fullName}${place.path}/secrets`
      const request = { purpose: `list the secrets of ${place.whose || fullName}`, path }
      const known = await readAll(at, request, names, ({ secrets: items, total_count: total }) => ({ items, total }))
      const purpose = `read the public key for secrets of ${place.whose || fullName}`
      const key = await api.json(context, keySchema, { purpose, path: `${path}/public-key` })
      for (const { name, text } of texts) {
        const encrypted_value = await sealText(await revealed(name, text), key.key)
        const json = { encrypted_value, key_id: key.key_id }
        await api.send(context, { purpose: `put the secret ${name}`, method: 'PUT', path: `${path}/${name}`, json })
        const isKnown = known.some((one) => one.name.toUpperCase() === name)
        yield changeOf(`${place.kind}secret`, place.prefix + name, isKnown ? 'changed' : 'created')
      }
    },
  }
}

/** A text that a function gave was not looked at before. */
async function revealed(name: string, text: Secret): Promise<string> {
  const value = await text.reveal()
  if (fitsVault(value)) return value
  throw new OptionsError({
    code: 'secret-too-large',
    message: `The secret ${name} has more than the ${mostVaultBytes / 1024} KB that GitHub takes.`,
    hint: 'Give a shorter one, or encrypt it into a file of the repository and keep only its passphrase as the secret.',
    details: { name, most: mostVaultBytes },
  })
}

/** Variables of Actions, which everyone who may read them sees. */
export function variables(place: VaultPlace, wanted: Readonly<Record<string, string>> = {}): Setting | undefined {
  const entries = Object.entries(wanted).map(([name, value]) => ({ name: name.toUpperCase(), value }))
  if (entries.length === 0) return undefined
  const what = listed(entries.map(({ name }) => name))
  return {
    phase: 'before-commit',
    line: `sets the ${place.kind ? `variables of ${place.whose}` : 'variables'} ${what}`,
    option: `${place.option}.variables`,
    requests: { least: 1, most: 2 + entries.length },
    permission: place.kind ? 'Environments' : 'Variables',
    async *apply(at) {
      const known = await readVariables(at, place)
      for (const { name, value } of entries) {
        const found = known.find((one) => one.name.toUpperCase() === name)
        yield await setVariable(at, place, { name, value, found: found?.value })
      }
    },
  }
}

function readVariables(at: Place, place: VaultPlace): Promise<{ name: string; value: string }[]> {
  const path = `/repos/${at.fullName}${place.path}/variables`
  const request = { purpose: `list the variables of ${place.whose || at.fullName}`, path }
  return readAll(at, request, values, ({ variables: items, total_count: total }) => ({ items, total }))
}

async function setVariable(
  at: Place,
  place: VaultPlace,
  wanted: { readonly name: string; readonly value: string; readonly found: string | undefined },
): Promise<SetupChange> {
  const { api, context, fullName } = at
  const { name, value, found } = wanted
  const path = `/repos/${fullName}${place.path}/variables`
  const change = async (): Promise<void> => {
    const request = { method: 'PATCH', path: `${path}/${name}`, json: { value }, idempotent: true } as const
    await api.send(context, { purpose: `change the variable ${name}`, ...request })
  }
  const told = (what: SetupChange['change']) => changeOf(`${place.kind}variable`, place.prefix + name, what)
  if (found === value) return told('unchanged')
  if (found !== undefined) {
    await change()
    return told('changed')
  }
  const purpose = `create the variable ${name}`
  const { made } = await createOrAdopt({
    context,
    provider: 'github',
    purpose,
    // It was just looked for.
    again: false,
    async create() {
      await api.send(context, { purpose, method: 'POST', path, json: { name, value } })
      return value
    },
    find: async () => (await readVariables(at, place)).find((one) => one.name.toUpperCase() === name)?.value,
  })
  if (made !== value) await change()
  return told('created')
}
