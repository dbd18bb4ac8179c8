import { html, nothing, type TemplateResult } from 'lit-html'
import { type IconName, icon } from '../../support/icons.js'
import { type Actions, type Page, type Standing, standingOf } from './page.js'
import { releasesView } from './releases-view.js'
import { runView } from './run-view.js'
import type { Provider, Settings } from './settings.js'
import { siteFrame } from './site-frame.js'

const names: Readonly<Record<Provider, string>> = { netlify: 'Netlify', vercel: 'Vercel' }

/** The whole page. */
export function pageView(page: Page, actions: Actions): TemplateResult {
  const standing = standingOf(page.releases ?? [])
  const { live, next } = standing
  const nothingYet = page.releases ? 'Nothing yet.' : ''
  return html`
    <header class="bar">
      <h1>${icon('ship')} Tabship <span class="about">preview to production</span></h1>
      ${page.settings ? emulation(page.provider, page.settings) : nothing}
      ${providerChoice(page, actions)}
    </header>
    <main>
      <section class="editor">
        <label for="text">index.html</label>
        <textarea id="text" spellcheck="false" autocapitalize="off" ?disabled=${page.container === null} .value=${page.text}
          @input=${({ target }: Event) => target instanceof HTMLTextAreaElement && actions.edit(target.value)}></textarea>
      </section>
      <div class="work">
        ${flowButtons(page, standing, actions)}
        ${runView(page)}
        <div class="sites">
          ${siteFrame('Preview', next && { id: next.id, url: next.permalink }, live ? 'Nothing is newer than what is live.' : nothingYet)}
          ${siteFrame('Production', live && { id: live.id, url: live.url ?? live.permalink }, nothingYet)}
        </div>
        ${releasesView(page, actions)}
      </div>
    </main>`
}

function flowButtons(page: Page, { next, canRollBack }: Standing, actions: Actions): TemplateResult {
  const isBusy = page.isBusy || page.container === null
  return html`<div class="flow">
    ${flowButton('publish', 'external', 'Publish a preview', isBusy, !next, actions.publish)}
    ${flowButton('promote', 'ship', 'Promote', isBusy || !next, next !== undefined, () => next && actions.promote(next.id))}
    ${flowButton('rollback', 'reload', 'Roll back', isBusy || !canRollBack, false, actions.rollBack)}
  </div>`
}

function flowButton(
  ...[action, name, text, isDisabled, isNext, onClick]: [string, IconName, string, boolean, boolean, () => void]
): TemplateResult {
  return html`<button type="button" class=${isNext ? 'button primary' : 'button'} data-action=${action} ?disabled=${isDisabled}
    @click=${onClick}>${icon(name)} ${text}</button>`
}

function providerChoice(page: Page, { choose }: Actions): TemplateResult {
  return html`<fieldset class="providers" ?disabled=${page.isBusy}>
    <legend class="hidden">Publish on</legend>
    ${(['netlify', 'vercel'] as const).map(
      (
        provider,
      ) => html`<label><input type="radio" name="provider" value=${provider} .checked=${page.provider === provider}
        @change=${() => choose(provider)}><span class="name">${names[provider]}</span></label>`,
    )}
  </fieldset>`
}

function emulation(provider: Provider, settings: Settings): TemplateResult | typeof nothing {
  if (settings[provider].apiUrl === undefined) return nothing
  return html`<p class="muted emulation"><span class="dot"></span> ${names[provider]} is emulated on this machine</p>`
}
