/** Whether one name is the other with a letter changed, missing, or too much, or in other cases. */
export function isAlike(one: string, other: string): boolean {
  const [long, short] =
    one.length >= other.length ? [one.toLowerCase(), other.toLowerCase()] : [other.toLowerCase(), one.toLowerCase()]
  if (long === short) return true
  if (long.length - short.length > 1 || short.length < 4) return false
  const same = [...long].findIndex((letter, index) => letter !== short[index])
  const rest = long.slice(same + 1)
  return rest === short.slice(same + 1) || rest === short.slice(same)
}
