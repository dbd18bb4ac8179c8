import { html } from 'hono/html'
import type { Git } from '../git-process.js'
import { readLog, readTree, resolve } from '../read-git.js'
import { repositoryOf } from './endpoint.js'
import { defaultBranch, type EmulatedProject } from './projects.js'

/**
 * A plain page of a project for people: `''`, `tree/{branch}` or `commit/{sha}`, with the commit and its files. Whoever sits at
 * the emulator's machine counts as signed in, so private projects are shown too.
 *
 * @returns `undefined` where there is no such page.
 */
export async function projectPage(git: Git, project: EmulatedProject, rest: string): Promise<string | undefined> {
  const [, name] = /^(?:tree|commit)\/(.+)$/.exec(rest) ?? []
  if (rest !== '' && !name) return undefined
  const repository = repositoryOf(project)
  const sha = await resolve(git, repository, name ?? (await defaultBranch(project)), 'commit')
  if (!sha && name) return undefined
  const [commit] = sha ? await readLog(git, repository, { from: sha, skip: 0, count: 1 }) : []
  const files = sha ? (await readTree(git, repository, sha, true)).filter(({ type }) => type === 'blob') : []
  return String(
    await html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${project.fullPath}</title>
<style>body { font: 15px/1.5 system-ui; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>${project.fullPath}</h1>
<p>${project.visibility}. ${project.description ?? ''}</p>
<h2>${commit ? commit.message.split('\n')[0] : 'This project is empty.'}</h2>
${commit ? html`<p>${commit.author.name}, ${commit.author.date}, <code>${commit.sha}</code></p>` : ''}
<ul>
${files.map((file) => html`<li><code>${file.path}</code> (${file.size} bytes)</li>\n`)}</ul>
</html>
`,
  )
}
