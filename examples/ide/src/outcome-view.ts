import { html, nothing, type TemplateResult } from 'lit-html'
import type { DeploymentState } from 'tabship'
import { count, formatDuration, sentence, shortenIds } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { conflictView, readConflict } from './conflict-view.js'
import { claimView, doneView, link } from './done-view.js'
import { liveSite } from './live-site.js'
import { type Session, workedTime } from './session.js'
import { resumeObstacle, type Workbench } from './workbench.js'

type Failure = NonNullable<DeploymentState['error']>

/** What a deployment came to: links on success; otherwise what went wrong, what to do, and what was done all the same. */
export function outcomeView(session: Session, bench: Workbench, actions: Actions): TemplateResult {
  const { state } = session
  if (state.status === 'success') return success(session)
  if (state.status === 'canceled') {
    return html`<section class="hero canceled">
      <h2 tabindex="-1">${icon('canceled')} Canceled</h2>
      <p class="muted" role="status">Nothing is running here any more.${stopping(state)}</p>
      ${doneView(state)}
      ${againButton(session, bench, actions)}
    </section>`
  }
  const { error } = state
  const conflict = readConflict(error)
  return html`<section class="hero failure">
    <h2 tabindex="-1">${icon('failed')} ${conflict ? 'Stopped by a conflict' : 'Deployment failed'}</h2>
    <div role="alert">${error ? (conflict ? conflictView(conflict, error, bench, actions) : failure(error)) : nothing}</div>
    ${doneView(state)}
    ${error ? technicalDetails(error) : nothing}
    ${error?.retryable ? againButton(session, bench, actions) : nothing}
  </section>`
}

/** The host stops a run in its own time. */
function stopping({ error, runs }: DeploymentState): TemplateResult | typeof nothing {
  const told = error?.details.stopping
  const run = Array.isArray(told) ? runs.find(({ url }) => told.includes(url)) : undefined
  return run ? html` ${run.host} was told to stop ${link(run.url, `run ${run.id}`)}.` : nothing
}

/** Goes on with what was done so far; "Deploy again" begins with the files as they are now. */
function againButton(session: Session, bench: Workbench, { resume }: Actions): TemplateResult {
  const { id, place } = session
  const obstacle = resumeObstacle(bench, id)
  const isResuming = bench.resuming === id
  return html`<button type="button" class=${`button again ${session.state.status === 'failure' ? 'primary' : 'wide'}`} data-action="resume" ?disabled=${obstacle !== null}
    title=${obstacle ?? 'Go on where it stopped, with what was built'} aria-disabled=${isResuming}
    @click=${() => resume(id, place)}>${icon(isResuming ? 'running' : 'reload')} Try again</button>`
}

function success(session: Session): TemplateResult {
  const { state } = session
  const { result, repository, runs } = state
  const compared = result?.verifications.reduce((sum, { compared }) => sum + compared, 0) ?? 0
  const uploaded = result?.releases.reduce((sum, release) => sum + release.uploaded.files, 0) ?? 0
  const commit = result?.commits[0]
  return html`<section class="hero success">
    <div class="hero-line" role="status">
      <h2 tabindex="-1">${icon('done')} Live</h2>
      <span class="muted number">in ${formatDuration(workedTime(session))}</span>
    </div>
    ${result?.url ? liveSite(result.url) : nothing}
    <ul class="outcome">
      <li>${icon('check')} <span>${count(compared, 'file')} fetched and compared, byte for byte</span></li>
      <li>${icon('ship')} <span>${uploaded === 0 ? 'Nothing new to upload' : `${count(uploaded, 'file')} uploaded`}</span></li>
      ${result?.releases.map(({ claim }) => (claim ? html`<li class="claim">${icon('external')} <span>${claimView(claim)}</span></li>` : nothing))}
      ${repository ? html`<li class="repository">${icon('branch')} <span>${link(repository.url, repository.fullName)}</span></li>` : nothing}
      ${
        commit
          ? html`<li class="commit">${icon('commit')} <span>${link(commit.url, html`<code>${commit.oid.slice(0, 7)}</code>`)}
              on ${commit.branch}${commit.created ? describeChanges(commit.changes) : ', unchanged'}</span></li>`
          : nothing
      }
      ${runs.map(
        ({ step, url, id, host }) =>
          html`<li class=${step === 'build' ? 'built' : 'publication'}>${icon('play')} <span>${step === 'build' ? 'Built' : 'Published'} by ${link(url, `run ${id}`)} on ${host}</span></li>`,
      )}
      ${
        commit?.pullRequest
          ? html`<li class="pull-request">${icon('branch')} <span>${link(commit.pullRequest.url, `Pull request ${commit.pullRequest.number}`)} waits to be merged</span></li>`
          : nothing
      }
    </ul>
  </section>`
}

/** `: 3 added, 1 changed`. */
function describeChanges(changes: { added: number; changed: number; deleted: number }): string {
  const parts = (['added', 'changed', 'deleted'] as const).filter((name) => changes[name] > 0)
  return parts.length === 0 ? '' : `: ${parts.map((name) => `${changes[name]} ${name}`).join(', ')}`
}

/** Details of an error that help whoever mends the project; the others help whoever mends a program. */
const telling = new Set(['log'])

function failure({ message, hint, details }: Failure): TemplateResult {
  // The message holds the first line of the log: where there is no other, nothing is said twice.
  const texts = Object.entries(details).filter(([name, value]) => telling.has(name) && !message.includes(toText(value)))
  return html`
    <p class="message">${sentence(shortenIds(message))}</p>
    ${hint ? html`<p class="hint"><b>What to do</b> ${shortenIds(hint)}</p>` : nothing}
    ${texts.map(([name, value]) => html`<pre tabindex="0" aria-label=${toLabel(name)}>${toText(value)}</pre>`)}
  `
}

function technicalDetails({ name, code, step, hint, details }: Failure): TemplateResult {
  const facts = Object.entries(details).filter(([key]) => !telling.has(key) && key !== 'done')
  return html`<details class="technical">
    <summary>${icon('chevron')} Technical details</summary>
    <dl>
      <div><dt>${name}</dt><dd><code>${code}</code></dd></div>
      ${step ? html`<div><dt>Step</dt><dd><code>${step}</code></dd></div>` : nothing}
      ${code.startsWith('branch-') && hint ? html`<div><dt>Hint</dt><dd>${hint}</dd></div>` : nothing}
      ${facts.map(([key, value]) => html`<div><dt>${toLabel(key)}</dt><dd><code>${toText(value)}</code></dd></div>`)}
    </dl>
  </details>`
}

/** `exitCode` as `Exit code`. */
function toLabel(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n')
  return JSON.stringify(value, null, 1)
}
