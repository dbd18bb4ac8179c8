/** A provider's words, without values that they may quote; those of one or two characters are in every text. */
export function withoutValues(words: string, values: Iterable<string>): string {
  const longest = [...values].filter((value) => value.length > 2).sort((one, other) => other.length - one.length)
  return longest.reduce((text, value) => text.replaceAll(value, '[value]'), words)
}
