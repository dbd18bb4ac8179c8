import { WorkflowError } from './tokens.js'
import { areEqual, fold, isList, toText, type Value } from './values.js'

/** A function of the language, with how many arguments it takes. */
interface Definition {
  readonly least: number
  readonly most: number
  run(...given: Value[]): Value
}

/** Functions that need nothing but their arguments: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions */
export const functions: Readonly<Record<string, Definition>> = {
  contains: {
    least: 2,
    most: 2,
    run: (search = null, item = null) =>
      isList(search) ? search.some((one) => areEqual(one, item)) : folded(search).includes(folded(item)),
  },
  startswith: {
    least: 2,
    most: 2,
    run: (search = null, item = null) => folded(search).startsWith(folded(item)),
  },
  endswith: { least: 2, most: 2, run: (search = null, item = null) => folded(search).endsWith(folded(item)) },
  format: { least: 1, most: 255, run: (pattern = null, ...given) => format(toText(pattern), given) },
  join: {
    least: 1,
    most: 2,
    run: (list = null, separator = ',') => (isList(list) ? list.map(toText).join(toText(separator)) : toText(list)),
  },
  tojson: { least: 1, most: 1, run: (value = null) => JSON.stringify(value, null, 2) },
  fromjson: { least: 1, most: 1, run: (text = null) => fromJson(toText(text)) },
}

function folded(value: Value): string {
  return typeof value === 'object' && value !== null ? '' : fold(toText(value))
}

function format(pattern: string, given: readonly Value[]): string {
  return pattern.replace(/\{\{|\}\}|\{(\d+)\}|[{}]/g, (part, index: string | undefined) => {
    if (part === '{{' || part === '}}') return part.slice(1)
    const value = index === undefined ? undefined : given[Number(index)]
    if (value === undefined) throw new WorkflowError(`The following format string is invalid: ${pattern}`)
    return toText(value)
  })
}

function fromJson(text: string): Value {
  try {
    return JSON.parse(text) as Value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new WorkflowError(`Error parsing fromJson: ${error.message}`)
  }
}
