import type { TrafficRow } from './report.js'

/** The table of what the providers' own clients send for a deployment, above what Tabship sends for the same one. */
export function renderClients(rows: readonly TrafficRow[]): string {
  const groups = new Map<string, TrafficRow[]>()
  for (const row of rows) {
    const key = `${row.provider} | ${row.deployment}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const lines = [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, group]) =>
      group
        .sort((left, right) => rank(left) - rank(right))
        .map(({ client, requests, bytes }) => `| ${key} | ${client} | ${requests} | ${bytes} |`),
    )
  return `# What is sent for a deployment

The providers' own clients deploy to the emulators, and Tabship deploys the same. Requests are counted without repeated questions
whether something is ready, bytes are those of the bodies of requests; compressed ones differ a little from run to run.

| provider | deployment | client | requests | bytes |
|---|---|---|---|---|
${lines.join('\n')}
`
}

// Theirs first.
function rank({ client }: TrafficRow): number {
  return client === 'Tabship' ? 1 : client.startsWith('Tabship') ? 2 : 0
}
