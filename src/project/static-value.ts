/** Stands for a value that can't be known without running the code. */
export const unreadable: unique symbol = Symbol('unreadable')

/** A value in the source of a configuration file. */
export type StaticValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | typeof unreadable
  | readonly StaticValue[]
  | StaticObject
  | StaticCall
  | StaticChoice
  | StaticFunction

/** An object literal. */
export class StaticObject {
  readonly entries: ReadonlyMap<string, StaticValue>
  /** Whether it may have more entries than those, from a spread or through a wrapper. */
  readonly open: boolean

  constructor(entries: ReadonlyMap<string, StaticValue>, open: boolean) {
    this.entries = entries
    this.open = open
  }
}

/** A call of a function that isn't run, with what it was called with. */
export class StaticCall {
  readonly name: string
  /** The module that the function was imported from. */
  readonly module: string | undefined
  readonly arguments: readonly StaticValue[]

  constructor(name: string, module: string | undefined, values: readonly StaticValue[]) {
    this.name = name
    this.module = module
    this.arguments = values
  }
}

/** One of several values; which one shows when the code runs. */
export class StaticChoice {
  readonly values: readonly StaticValue[]

  constructor(values: readonly StaticValue[]) {
    this.values = values
  }
}

/** A function, with a way to what it returns. */
export class StaticFunction {
  readonly result: () => StaticValue

  constructor(result: () => StaticValue) {
    this.result = result
  }
}

/**
 * What is known of a setting: its value; that it is not there; that it is there but can't be read; that it is not written
 * down, but a spread or a wrapper may bring it.
 */
export type Setting =
  | { readonly state: 'value'; readonly value: StaticValue }
  | { readonly state: 'absent' | 'unreadable' | 'hidden' }

/** Looks up a setting in a value by its path. */
export function lookUp(value: StaticValue, path: readonly string[]): Setting {
  if (value instanceof StaticChoice) return merge(value.values.map((option) => lookUp(option, path)))
  const [key, ...rest] = path
  if (value === unreadable) return { state: 'unreadable' }
  if (key === undefined) return value === undefined ? { state: 'absent' } : { state: 'value', value }
  if (value === undefined || value === null || value === false) return { state: 'absent' }
  if (!(value instanceof StaticObject)) return { state: 'unreadable' }
  if (value.entries.has(key)) return lookUp(value.entries.get(key), rest)
  return { state: value.open ? 'hidden' : 'absent' }
}

function merge(settings: readonly Setting[]): Setting {
  const [first = { state: 'absent' }, ...others] = settings
  const same = others.every(
    (other) =>
      other.state === first.state &&
      (other.state !== 'value' || (first.state === 'value' && other.value === first.value)),
  )
  return same ? first : { state: 'unreadable' }
}

/** Unwrapping stops after this many steps: real files need a handful, made ones could go on without end. */
const mostSteps = 500

/** The object that a configuration file's export comes down to, through functions and wrappers. */
export function configurationOf(exported: StaticValue): StaticValue {
  let steps = 0
  const unwrap = (value: StaticValue): StaticValue => {
    steps += 1
    if (steps > mostSteps) return unreadable
    if (value instanceof StaticFunction) return unwrap(value.result())
    if (value instanceof StaticChoice) return new StaticChoice(value.values.map(unwrap))
    if (!(value instanceof StaticCall)) return value
    if (value.name.startsWith('define')) return unwrap(value.arguments[0])
    // A wrapper (`withMdx(config)`, `mergeConfig(base, config)`) keeps what it is given and may add to it.
    const objects = value.arguments.map(unwrap).filter((argument) => argument instanceof StaticObject)
    const last = objects.at(-1)
    return last ? new StaticObject(last.entries, true) : unreadable
  }
  return unwrap(exported)
}
