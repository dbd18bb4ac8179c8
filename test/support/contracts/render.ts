import type { ContractEndpoint } from '../../../src/emulator/contract.js'
import type { Findings } from './findings.js'
import type { ReportedProvider } from './providers.js'
import type { EndpointTally } from './tally.js'

/** What is true of every run: the contracts, what of them is served, and what is waived. */
export function renderContracts(providers: readonly ReportedProvider[]): string {
  return `# Contracts of the emulators

In every run of the tests each request that an emulator accepts and each reply that it gives is held against the contract that its
provider published: by its schemas, and by the rule that nothing may be there which they do not declare. A run of all tests fails
where an endpoint of this list was not reached, where something deviates that is not listed here with a reason, and where a listed
deviation no longer occurs. Written by \`npm test\`, into \`reports/contracts.md\`.

${providers.map(renderProvider).join('\n')}`
}

function renderProvider({ name, contract, guesses }: ReportedProvider): string {
  const { document, published, stricter, waivers } = contract
  const own = document.endpoints.filter((one) => !published.endpoints.some(({ id }) => id === one.id))
  const beside = own.length > 0 ? `, and ${own.length} beside it` : ''
  return `## ${name}

Source: ${document.source}. Served: ${published.endpoints.length} of its endpoints${beside}.

| endpoint | operation | further required |
|---|---|---|
${document.endpoints.map((one) => row([route(one), `\`${one.id}\``, listed(stricter.replies?.[one.id])])).join('\n')}
${section('Beside the contract', waivers)}${section('Guessed, for nothing tells', guesses)}`
}

function section(title: string, waivers: readonly { readonly what: string; readonly reason: string }[]): string {
  if (waivers.length === 0) return ''
  const rows = waivers.map(({ what, reason }) => row([`\`${what.replaceAll('|', '\\|')}\``, reason]))
  return `\n### ${title}\n\n| what | why |\n|---|---|\n${rows.join('\n')}\n`
}

/** What one run has seen, with numbers that differ from run to run. */
export function renderRun(findings: readonly Findings[]): string {
  return `# What a run of the tests has seen\n\n${findings.map(renderFindings).join('\n')}`
}

function renderFindings({ provider, tallies, unexplained, unreached, stale }: Findings): string {
  const total = sum(tallies.flatMap(({ judged }) => Object.values(judged)))
  const byId = new Map(tallies.map((one) => [one.id, one]))
  const rows = provider.contract.document.endpoints.map((one) => row([route(one), ...seenOf(byId.get(one.id))]))
  return `## ${provider.name}

${total} replies judged by ${provider.contract.document.source}.

| endpoint | judged | not judged | refused by the contract |
|---|---|---|---|
${rows.join('\n')}

- Unexplained deviations: ${bullets(unexplained)}
- Endpoints that nothing reached: ${bullets(unreached)}
- Waivers that nothing made use of: ${bullets(stale)}
`
}

function seenOf(tally: EndpointTally | undefined): string[] {
  if (!tally) return ['', '', '']
  const counts = (numbers: Readonly<Record<string, number>>): string =>
    Object.entries(numbers)
      .map(([status, number]) => `${status} × ${number}`)
      .join(', ')
  return [counts(tally.judged), counts(tally.others), tally.refused === 0 ? '' : String(tally.refused)]
}

function bullets(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.map((one) => `\n  - ${one}`).join('')
}

function listed(names: readonly string[] = []): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function route({ method, path }: ContractEndpoint): string {
  return `\`${method} ${path}\``
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
