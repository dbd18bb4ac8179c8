import { html, nothing, type TemplateResult } from 'lit-html'
import type { DeploymentState } from 'tabship'
import { count, formatDuration } from './format.js'
import { icon } from './icons.js'

type Failure = NonNullable<DeploymentState['error']>

/** What a deployment came to: links on success; what went wrong and what to do otherwise. */
export function outcomeView(state: DeploymentState): TemplateResult {
  if (state.status === 'success') return success(state)
  const isCanceled = state.status === 'canceled'
  return html`<section class=${`hero ${isCanceled ? 'canceled' : 'failure'}`} role="alert">
    <h2>${icon(isCanceled ? 'canceled' : 'failed')} ${isCanceled ? 'Canceled' : 'Deployment failed'}</h2>
    ${isCanceled ? html`<p class="muted">${state.error?.hint}</p>` : state.error ? failure(state.error) : nothing}
  </section>`
}

function success(state: DeploymentState): TemplateResult {
  const { result, repository } = state
  const compared = result?.verifications.reduce((sum, { compared }) => sum + compared, 0) ?? 0
  const uploaded = result?.releases.reduce((sum, release) => sum + release.uploaded.files, 0) ?? 0
  const commit = result?.commits[0]
  const duration = (state.endedAt ?? 0) - (state.startedAt ?? 0)
  return html`<section class="hero success" role="status">
    <div class="hero-line">
      <h2>${icon('done')} Live</h2>
      <span class="muted number">in ${formatDuration(duration)}</span>
    </div>
    ${result?.url ? liveSite(result.url) : nothing}
    <ul class="outcome">
      <li>${icon('check')} ${count(compared, 'file')} fetched and compared, byte for byte</li>
      <li>${icon('ship')} ${uploaded === 0 ? 'Nothing new to upload' : `${count(uploaded, 'file')} uploaded`}</li>
      ${repository ? html`<li class="repository">${icon('branch')} ${link(repository.url, repository.fullName)}</li>` : nothing}
      ${
        commit
          ? html`<li class="commit">${icon('commit')} ${link(commit.url, html`<code>${commit.oid.slice(0, 7)}</code>`)}
              on ${commit.branch}${commit.created ? '' : ', unchanged'}</li>`
          : nothing
      }
    </ul>
  </section>`
}

/** The address, and the site itself where the browser shows a site of another origin inside an isolated page. */
function liveSite(url: string): TemplateResult {
  const copy = (): void => void navigator.clipboard.writeText(url)
  return html`<p class="live">
      ${link(url, url.replace(/^https?:\/\/|\/$/g, ''))}
      <button type="button" class="button quiet square" aria-label="Copy the address" title="Copy the address"
        @click=${copy}>${icon('copy')}</button>
    </p>
    ${
      'credentialless' in HTMLIFrameElement.prototype
        ? html`<div class="thumbnail" inert><iframe src=${url} title="The live site" credentialless></iframe></div>`
        : nothing
    }`
}

function link(url: string, content: unknown): TemplateResult {
  return html`<a href=${url} target="_blank" rel="noreferrer">${content}</a>`
}

function failure(error: Failure): TemplateResult {
  const details = Object.entries(error.details)
  const facts = details.filter(([, value]) => isShort(value))
  const texts = details.filter(([, value]) => !isShort(value))
  return html`
    <p class="message">${error.message}</p>
    ${error.hint ? html`<p class="hint"><b>What to do</b> ${error.hint}</p>` : nothing}
    ${texts.map(
      ([name, value]) =>
        html`<figure><figcaption>${toLabel(name)}</figcaption><pre tabindex="0">${toText(value)}</pre></figure>`,
    )}
    <dl class="facts">
      ${facts.map(([name, value]) => html`<div><dt>${toLabel(name)}</dt><dd><code>${String(value)}</code></dd></div>`)}
      ${error.step ? html`<div><dt>Step</dt><dd><code>${error.step}</code></dd></div>` : nothing}
      <div><dt>${error.name}</dt><dd><code>${error.code}</code></dd></div>
    </dl>
  `
}

function isShort(value: unknown): boolean {
  return value === null || (typeof value === 'string' ? value.length < 32 : typeof value !== 'object')
}

/** `exitCode` as `Exit code`. */
function toLabel(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n')
  return JSON.stringify(value, null, 2)
}
