/**
 * Filters a list that may be long, and lets the page have its turn in between.
 * @param pause Of `createPacer`.
 */
export async function filterWithPauses<Item>(
  items: readonly Item[],
  isKept: (item: Item) => boolean,
  pause: () => Promise<void>,
): Promise<Item[]> {
  const kept: Item[] = []
  for (const item of items) {
    if (isKept(item)) kept.push(item)
    await pause()
  }
  return kept
}
