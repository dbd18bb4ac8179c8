import type { Issue } from './describe-issue.js'
import { isAlike } from './is-alike.js'

/** As much of a zod schema as leads to the names of its fields. */
interface Part {
  readonly _zod?: {
    readonly def: {
      readonly shape?: Readonly<Record<string, Part>>
      readonly options?: readonly Part[]
      readonly innerType?: Part
      readonly in?: Part
      readonly element?: Part
      readonly valueType?: Part
    }
  }
}

/** What to do about options that are wrong: for one that there is not, which one may be meant, or else which there are. */
export function optionHint(schema: object, issues: readonly Issue[], owner: string): string {
  const place = (path: readonly PropertyKey[]) => [owner, ...path].join('.')
  const wrong = issues.filter(({ keys }) => !keys).map(({ path }) => place(path))
  const unknown = issues.flatMap(({ path, keys = [] }) => {
    const names = namesAt(schema, path)
    return keys.map((key) => {
      const isSame = (name: string) => name.toLowerCase() === key.toLowerCase()
      const fits = [isSame, (name: string) => isAlike(name, key), (name: string) => isBegun(name, key)]
      const meant = fits.flatMap((fit) => names.find(fit) ?? [])[0]
      if (meant !== undefined) return `Write ${place([...path, meant])} in place of ${place([...path, key])}.`
      return names.length === 0 ? `Correct ${place(path)}.` : `The options of ${place(path)} are ${names.join(', ')}.`
    })
  })
  return [...(wrong.length > 0 ? [`Correct ${wrong.join(', ')}.`] : []), ...new Set(unknown)].join(' ')
}

/** Whether one name is the beginning of the other: `site` of `siteId`. */
function isBegun(name: string, key: string): boolean {
  const [one, other] = [name.toLowerCase(), key.toLowerCase()]
  return Math.min(one.length, other.length) >= 3 && (one.startsWith(other) || other.startsWith(one))
}

function namesAt(part: Part | undefined, path: readonly PropertyKey[]): readonly string[] {
  const { shape, options, innerType, in: first, element, valueType } = part?._zod?.def ?? {}
  const inner = innerType ?? first
  if (inner) return namesAt(inner, path)
  if (options) return options.flatMap((option) => namesAt(option, path))
  const [name, ...rest] = path
  return name === undefined ? Object.keys(shape ?? {}) : namesAt(shape?.[String(name)] ?? element ?? valueType, rest)
}
