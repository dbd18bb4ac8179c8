/** What an expression may give: JSON. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

/** Turns a value into text, as it appears where `${{ }}` stands within a text. */
export function toText(value: Value): string {
  if (value === null) return ''
  if (Array.isArray(value)) return 'Array'
  if (typeof value === 'object') return 'Object'
  return String(value)
}

/** Turns a value into a number, as `==` and `<` do with values of different types. */
export function toNumber(value: Value): number {
  if (value === null) return 0
  if (typeof value === 'object') return Number.NaN
  return typeof value === 'string' ? Number(value.trim() === '' ? 0 : value) : Number(value)
}

/** Whether a value counts as true. */
export function isTrue(value: Value): boolean {
  // `NaN` is false as well.
  return Boolean(value)
}

/** `==`: texts without regard to case, objects only where they are the same one. */
export function areEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return fold(left) === fold(right)
  if (typeof left === 'object' && typeof right === 'object') return left === right
  return typeof left === typeof right ? left === right : toNumber(left) === toNumber(right)
}

/** `<` and its kin. */
export function compare(sign: string, left: Value, right: Value): boolean {
  const texts = typeof left === 'string' && typeof right === 'string'
  const [one, other] = texts ? [fold(left), fold(right)] : [toNumber(left), toNumber(right)]
  if (sign === '<') return one < other
  if (sign === '<=') return one <= other
  return sign === '>' ? one > other : one >= other
}

/** For comparisons that don't look at the case. */
export function fold(text: string): string {
  return text.toUpperCase()
}

/** A property of a value, the name in any case; `null` where there is none. */
export function propertyOf(value: Value, key: Value): Value {
  if (isList(value)) return typeof key === 'object' ? null : (value[toNumber(key)] ?? null)
  if (typeof value !== 'object' || value === null) return null
  const name = toText(key)
  if (Object.hasOwn(value, name)) return value[name] ?? null
  const found = Object.keys(value).find((one) => fold(one) === fold(name))
  return found === undefined ? null : (value[found] ?? null)
}

/** `Array.isArray` for lists that may not be changed. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
