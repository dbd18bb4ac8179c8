import type { ContractEndpoint, Stricter } from '../../../src/emulator/contract.js'
import { type Findings, validationOf } from './findings.js'
import type { ReportedProvider } from './providers.js'
import type { EndpointTally } from './tally.js'

/** What is true of every run: the contracts, what of them is served, and what is waived. */
export function renderContracts(providers: readonly ReportedProvider[]): string {
  return `# Contracts of the emulators

In every run of the tests each request that an emulator accepts is held against the contract that its provider published, and so is
each reply with JSON that it gives: by its schemas, and by the rule that nothing may be there which they do not declare. “Judged by”
tells what a success is held against: a schema, or the status alone where the contract promises no body; streams and archives
are passed over. Contracts tell of few errors, so errors are also held against one form for each provider, where it has one.
“Guessed” lists what was decided without a source.

A run of all tests fails where no success of an endpoint of this list was judged so, where something deviates that is not listed here
with a reason, and where a listed deviation no longer occurs: what is said to be sent must be sent by a client or by Tabship, not by
a test of the emulator, or be found in the client's own code. Written by \`npm test\`, into \`reports/contracts.md\`.

${providers.map(renderProvider).join('\n')}`
}

function renderProvider({ name, contract, guesses }: ReportedProvider): string {
  const { document, published, stricter, waivers } = contract
  const own = document.endpoints.filter((one) => !published.endpoints.some(({ id }) => id === one.id))
  const beside = own.length > 0 ? `, and ${own.length} beside it` : ''
  return `## ${name}

Source: ${document.source}. Served: ${published.endpoints.length} of its endpoints${beside}.

| endpoint | operation | judged by | further required of the reply | further required of the body |
|---|---|---|---|---|
${document.endpoints.map((one) => row(cellsOf(one, stricter))).join('\n')}
${errors(stricter)}${section('Beside the contract', waivers)}${section('Guessed, for nothing tells', guesses)}`
}

function cellsOf(endpoint: ContractEndpoint, { replies, bodies }: Stricter): string[] {
  const { id } = endpoint
  return [route(endpoint), `\`${id}\``, validationOf(endpoint), listed(replies?.[id]), listed(bodies?.[id])]
}

function errors({ error }: Stricter): string {
  if (!error) return '\nErrors have one form by the contract itself, at every endpoint.\n'
  const schema = JSON.stringify(error.schema, null, 2)
  return `\n### Errors\n\n${error.source}\n\n\`\`\`json\n${schema}\n\`\`\`\n`
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

| endpoint | judged | not judged | requests refused by the contract |
|---|---|---|---|
${rows.join('\n')}

- Unexplained deviations: ${bullets(unexplained)}
- Endpoints that nothing reached: ${bullets(unreached)}
- Waivers that neither a client nor Tabship made use of: ${bullets(stale)}
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
