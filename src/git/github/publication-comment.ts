import type { Publication, PublicationState } from '../../spec/publication.js'

const states: Record<PublicationState['state'], string> = {
  deploying: '⏳ deploying',
  live: '✅ live',
  verified: '✅ live and verified',
  failed: '❌ failed',
}

/** Characters of a problem that are told: a comment of GitHub's takes 65,536, and people read fewer. */
const longestProblem = 500

/**
 * The comment that tells of a publication, in Markdown. What comes from the project stands in spans of code, where it is neither a
 * link, nor HTML, nor the mention of somebody.
 */
export function commentOn({ commit, environment, targets, problem, time }: Publication): string {
  const title = environment === 'preview' ? 'Preview' : 'Deployment'
  const short = commit.oid.slice(0, 7)
  return [
    `### ${title} by Tabship`,
    '',
    ...targets.map(
      ({ target, state, url }) => `- ${code(target)}: ${states[state]}${url === null ? '' : ` at ${link(url)}`}`,
    ),
    '',
    ...(problem === null ? [] : [`Why it failed: ${code(cut(problem))}`, '']),
    `Commit [${code(short)}](${address(commit.url)}) on ${code(commit.branch)}, ${timeOf(time)}`,
  ].join('\n')
}

/** A text as a span of code: CommonMark ends one at as many backticks as it begins with, and at a blank line. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim() || ' '
  const runs = line.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

function link(url: string): string {
  return /^https?:/i.test(url) ? `<${address(url)}>` : code(url)
}

/** An address without what would end it in Markdown. */
function address(url: string): string {
  return url.replace(/[\s<>()\\`]/g, (sign) => encodeURIComponent(sign).replace('(', '%28').replace(')', '%29'))
}

function cut(text: string): string {
  const signs = Array.from(text)
  return signs.length > longestProblem ? `${signs.slice(0, longestProblem).join('')}…` : text
}

/** `2026-05-17 12:00 UTC` */
function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
