import { html, nothing, type TemplateResult } from 'lit-html'
import type { DeploymentState } from 'tabship'
import * as z from 'zod/mini'
import { count, formatMoment, shortenIds } from '../../support/format.js'
import type { Actions } from './actions.js'
import { link } from './done-view.js'
import type { Workbench } from './workbench.js'

type Failure = NonNullable<DeploymentState['error']>

/** The commit that stands where the deployment wanted to write. */
interface Standing {
  readonly branch: string
  /** `null`: the branch is gone. */
  readonly found: string | null
  readonly author?: string | null | undefined
  readonly subject?: string | null | undefined
  readonly date?: string | null | undefined
  readonly url?: string | null | undefined
  readonly changes?: { readonly changed: number; readonly deleted: number } | null | undefined
  /** What both have changed, where a rebase has been tried. */
  readonly paths?: readonly string[] | null | undefined
  readonly choices?: readonly string[] | undefined
}

const standingSchema: z.ZodMiniType<Standing> = z.object({
  branch: z.string(),
  found: z.nullable(z.string()),
  author: z.nullish(z.string()),
  subject: z.nullish(z.string()),
  date: z.nullish(z.string()),
  url: z.nullish(z.string()),
  changes: z.nullish(z.object({ changed: z.number(), deleted: z.number() })),
  paths: z.nullish(z.array(z.string())),
  choices: z.optional(z.array(z.string())),
})

/** What a conflict found; `null` where the failure is none of a branch. */
export function readConflict(error: Failure | null): Standing | null {
  if (error?.code !== 'branch-moved' && error?.code !== 'branch-foreign') return null
  const parsed = standingSchema.safeParse(error.details)
  return parsed.success ? parsed.data : null
}

/** A branch that holds what this project does not know: whose work it is, and a choice that nobody makes by accident. */
export function conflictView(standing: Standing, error: Failure, bench: Workbench, actions: Actions): TemplateResult {
  const { branch, found, url, author, subject, date } = standing
  const id = found?.slice(0, 7)
  const commit = id && html`<code>${id}</code>`
  return html`
    ${
      found === null
        ? html`<p class="message">${shortenIds(error.message)}</p>`
        : html`<p class="message">The branch ${branch} holds a commit that this project does not know. Nothing was overwritten.</p>
          <p class="standing">${url ? link(url, commit) : commit}
            ${subject ? html`<span class="subject">${subject}</span>` : nothing}
            <span class="muted">${[author, date ? formatMoment(Date.parse(date)) : ''].filter(Boolean).join(', ')}</span></p>`
    }
    ${bench.accepted ? html`<p class="hint chosen" role="status"><b>Ready</b> The next deployment ${found === null ? `makes ${branch} anew` : `builds on ${id}`}.</p>` : choice(standing, actions)}`
}

function choice(standing: Standing, { accept, settle }: Actions): TemplateResult {
  const { branch, found, changes, paths, choices = [] } = standing
  if (found === null) {
    return html`<div class="hint"><b>What to do</b>
      <p>You can let the next deployment make the branch ${branch} anew. It would hold this project and none of the earlier commits.</p>
      <button type="button" class="button" data-action="accept" @click=${() => accept(null)}>Make the branch anew</button></div>`
  }
  const loss = changes
    ? `It would change ${count(changes.changed, 'file')} and delete ${count(changes.deleted, 'file')} of theirs.`
    : 'What their commit changed would be set back, unless this project holds it too.'
  return html`<div class="hint"><b>What to do</b>
    ${
      paths && paths.length > 0
        ? html`<p>Both of you have changed ${count(paths.length, 'file')}:</p>
          <ul class="paths">${paths.slice(0, 8).map((path) => html`<li><code>${path}</code></li>`)}${paths.length > 8 ? html`<li class="muted">and ${paths.length - 8} more</li>` : nothing}</ul>`
        : nothing
    }
    ${
      choices.includes('rebase')
        ? html`<p>Both stay, where you have changed other files than they did: your commit goes on top of theirs.</p>
          <button type="button" class="button primary" data-action="rebase" @click=${() => settle('rebase')}>Deploy on top of theirs</button>`
        : nothing
    }
    ${
      choices.includes('branch')
        ? html`<p>${choices.includes('rebase') ? 'Or your commit gets' : 'Your commit can get'} a branch of its own, and a pull request for ${branch}.</p>
          <button type="button" class=${`button ${choices.includes('rebase') ? '' : 'primary'}`} data-action="branch" @click=${() => settle('branch')}>Deploy with a pull request</button>`
        : nothing
    }
    <p>Or bring their change into this project yourself. Or use their commit as the base: the next deployment then adds a commit on
      top of it that makes ${branch} exactly this project. ${loss} Their commit stays in the history.</p>
    <button type="button" class="button" data-action="accept" @click=${() => accept(found)}>Use their commit as base</button>
    <p class="muted small">Deploying again without this choice stops at the same point.</p></div>`
}
