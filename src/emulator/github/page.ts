import { html } from 'hono/html'
import type { Git } from './git-process.js'
import { readLog, readTree, resolve } from './read-git.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'

/**
 * A plain page of a repository for people: `''`, `tree/{branch}` or `commit/{sha}`, with the commit and its files. Whoever
 * sits at the emulator's machine counts as signed in, so private repositories are shown too.
 *
 * @returns `undefined` where there is no such page.
 */
export async function repositoryPage(
  git: Git,
  repository: EmulatedRepository,
  rest: string,
): Promise<string | undefined> {
  const [, name] = /^(?:tree|commit)\/(.+)$/.exec(rest) ?? []
  if (rest !== '' && !name) return undefined
  const sha = await resolve(git, repository, name ?? (await defaultBranch(repository)), 'commit')
  if (!sha && name) return undefined
  const title = `${repository.owner.login}/${repository.name}`
  return String(
    await html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>body { font: 15px/1.5 system-ui; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>${title}</h1>
<p>${repository.private ? 'Private' : 'Public'}. ${repository.description ?? ''}</p>
${sha ? await describe(git, repository, sha) : html`<p>This repository is empty.</p>`}
</html>
`,
  )
}

async function describe(git: Git, repository: EmulatedRepository, sha: string): Promise<ReturnType<typeof html>> {
  const [commit] = await readLog(git, repository, { from: sha, skip: 0, count: 1 })
  const entries = await readTree(git, repository, sha, true)
  const files = entries.filter((entry) => entry.type === 'blob')
  return html`<h2>${commit?.message.split('\n')[0]}</h2>
<p>${commit?.author.name}, ${commit?.author.date}, <code>${sha}</code></p>
<ul>
${files.map((file) => html`<li><code>${file.path}</code> (${file.size} bytes)</li>\n`)}</ul>`
}
