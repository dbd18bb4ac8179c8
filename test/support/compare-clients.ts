/**
 * What the table of `docs/clients.md` has otherwise than that of a run: its rows and numbers of requests. Bytes vary a little.
 *
 * @returns what to tell a person, each with what to do; empty where both agree
 */
export function clientsDiffer(documented: string, measured: string): string[] {
  const [told, seen] = [rowsOf(documented), rowsOf(measured)]
  if (told.length === 0) return ['docs/clients.md is missing, or has no table: copy reports/clients.md']
  const differing = [
    ...seen.filter((row) => !told.includes(row)).map((row) => `  now: ${row}`),
    ...told.filter((row) => !seen.includes(row)).map((row) => `  no longer: ${row}`),
  ]
  if (differing.length === 0) return []
  const what =
    'docs/clients.md tells other rows or numbers of requests: if the change is meant, copy reports/clients.md'
  return [[what, ...differing].join('\n')]
}

// Without the last cell, which is the bytes, and without git, which is the machine's own, in whatever version.
function rowsOf(page: string): string[] {
  const rows = page.split('\n').filter((line) => /^\|.*\|\s*\d+ \|$/.test(line) && !/\| git [\d.]+ \|/.test(line))
  return rows.map((row) => row.replace(/\|[^|]*\|$/, '|'))
}
