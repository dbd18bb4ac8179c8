import * as z from 'zod/mini'
import { changeOf, type Place, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'

const schema = z.object({
  private: z.boolean(),
  visibility: z.optional(z.string()),
  description: z.nullable(z.string()),
  homepage: z.nullable(z.string()),
  default_branch: z.string(),
})

type Field = 'visibility' | 'description' | 'homepage' | 'default_branch'

const names = {
  visibility: 'visibility',
  description: 'description',
  homepage: 'homepage',
  default_branch: 'default-branch',
}

/** Visibility, description and homepage: one request for all that differ. */
export function repositoryFields(options: ParsedSetup): Setting | undefined {
  const { visibility, description, homepage } = options
  const wanted = { visibility, description, homepage }
  const lines = [
    visibility === undefined ? [] : `makes the repository ${visibility}`,
    description === undefined ? [] : 'sets the description',
    homepage === undefined ? [] : `sets the homepage to ${homepage || 'none'}`,
  ].flat()
  return lines.length === 0
    ? undefined
    : fields({ phase: 'before-commit', line: lines.join(', '), option: optionsOf(wanted) }, wanted)
}

/** The default branch, which has to exist. */
export function defaultBranch({ defaultBranch: branch }: ParsedSetup): Setting | undefined {
  if (branch === undefined) return undefined
  const line = `makes ${branch} the default branch`
  const told = { phase: 'after-commit', line, option: 'github.setup.defaultBranch' } as const
  return fields(told, { default_branch: branch })
}

function fields(
  told: Pick<Setting, 'phase' | 'line' | 'option'>,
  wanted: Readonly<Partial<Record<Field, string | undefined>>>,
): Setting {
  return {
    ...told,
    requests: { least: 1, most: 2 },
    permission: 'Administration',
    async *apply(place) {
      const known = await read(place)
      const asked = (Object.keys(wanted) as Field[]).filter((field) => wanted[field] !== undefined)
      const different = asked.filter((field) => wanted[field] !== known[field])
      if (different.length > 0) {
        await place.api.send(place.context, {
          purpose: `change ${different.map((field) => names[field]).join(', ')} of ${place.fullName}`,
          method: 'PATCH',
          path: `/repos/${place.fullName}`,
          json: Object.fromEntries(different.map((field) => [field, wanted[field]])),
          idempotent: true,
        })
      }
      for (const field of asked)
        yield changeOf(names[field], wanted[field] ?? '', different.includes(field) ? 'changed' : 'unchanged')
    },
  }
}

function optionsOf(wanted: object): string {
  const asked = Object.entries(wanted).filter(([, value]) => value !== undefined)
  return asked.map(([name]) => `github.setup.${name}`).join(' or ')
}

async function read({ api, fullName, context }: Place): Promise<Record<Field, string>> {
  const purpose = `read the settings of ${fullName}`
  const found = await api.json(context, schema, { purpose, path: `/repos/${fullName}` })
  return {
    visibility: found.visibility ?? (found.private ? 'private' : 'public'),
    description: found.description ?? '',
    homepage: found.homepage ?? '',
    default_branch: found.default_branch,
  }
}
