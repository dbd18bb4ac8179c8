import * as z from 'zod/mini'
import { hookEvents } from './hook-events.js'

/** Bytes of a secret or a variable (GitHub Docs, "Limits for secrets" and "Limits for configuration variables": 48 KB). */
export const mostVaultBytes: number = 48 * 1024

/** Whether GitHub takes a text as a secret or a variable. */
export function fitsVault(value: string): boolean {
  return new TextEncoder().encode(value).byteLength <= mostVaultBytes
}

/** The value of a variable. */
export const vaultText: z.ZodMiniType<string> = z
  .string()
  .check(z.refine(fitsVault, `a text of at most ${mostVaultBytes / 1024} KB`))

/** Shown beside the name of a repository. GitHub refuses control characters ("description control characters are not allowed"). */
export const descriptionText: z.ZodMiniType<string> = z.string().check(
  z.maxLength(350),
  z.refine((value) => !/\p{Cc}/u.test(value), 'a text in one line, without control characters'),
)

/** An address, or none. */
export const homepageText: z.ZodMiniType<string> = z.string().check(
  z.maxLength(255),
  z.refine(
    (value) => value === '' || (/^https?:\/\/\S+$/i.test(value) && URL.canParse(value)),
    'an address that starts with http:// or https://, or an empty text',
  ),
)

/** Branches by their name, or by a pattern for names. */
export const branchPattern: z.ZodMiniType<string> = z
  .string()
  .check(
    z.regex(
      /^(?!\/)(?!.*(?:\.\.|\/\/))[^\s~^:\\\p{Cc}]+(?<!\/)$/u,
      'the name of a branch, or a pattern such as release/*',
    ),
  )

/** An event of webhooks; `*` are all. */
export const hookEvent: z.ZodMiniType<string> = z
  .string()
  .check(
    z.refine((value) => value === '*' || hookEvents.has(value), "one of GitHub's webhook events, such as push, or *"),
  )

/**
 * Refuses what is the same to GitHub as what comes before it in the list.
 * @param words What is expected of it.
 */
export function differing<Item>(keyOf: (item: Item) => string, words: string, path: PropertyKey[] = []) {
  return (payload: z.core.ParsePayload<Item[]>): void => {
    refuseRepeated(payload, [...payload.value.entries()], keyOf, { words, path })
  }
}

/** Refuses names that are the same to GitHub, which takes upper and lower case for one. */
export function differingNames<Value>(payload: z.core.ParsePayload<Record<string, Value>>): void {
  const names = Object.keys(payload.value)
  const words = 'a name that differs from the others in more than upper and lower case'
  refuseRepeated(
    payload,
    names.map((name) => [name, name] as const),
    (name) => name.toLowerCase(),
    { words, path: [] },
  )
}

function refuseRepeated<Item>(
  { issues, value: input }: z.core.ParsePayload,
  entries: readonly (readonly [PropertyKey, Item])[],
  keyOf: (item: Item) => string,
  { words: message, path }: { readonly words: string; readonly path: readonly PropertyKey[] },
): void {
  const seen = new Set<string>()
  for (const [at, item] of entries) {
    const key = keyOf(item)
    if (seen.has(key)) issues.push({ code: 'custom', message, input, path: [at, ...path], continue: true })
    seen.add(key)
  }
}
