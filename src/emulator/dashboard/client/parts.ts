import type { EmulatorStateView } from '../state-view.js'
import type { Child, Dom } from './dom.js'

/** A section of the page from what the emulator holds; `null` where there is nothing to show. */
export type Section = (state: EmulatorStateView) => HTMLElement | null

/** What several sections are made of. */
export interface Parts {
  /** The colour of a state or an outcome in a provider's word, or in ours. */
  toneOf(word: string): 'good' | 'bad' | 'running' | 'quiet'
  /** The name of a thing on one line, which leads to it where it has an address. */
  name(text: string, url?: string | null): HTMLElement
  /** A word with the colour of an outcome: `good`, `bad`, `running`, `quiet`, or `plain`. */
  badge(tone: string, text: string, title?: string): HTMLElement
  /** A provider by its name in people's words. */
  provider(name: string): HTMLElement
  /** A button that copies a text. */
  copyButton(text: string, what: string, ...label: Child[]): HTMLElement
  section(id: string, title: string, count: number, ...content: Child[]): HTMLElement
}

/** Makes the parts. */
export function createParts({ element, icon, link }: Dom): Parts {
  const names: Readonly<Record<string, string>> = {
    netlify: 'Netlify',
    vercel: 'Vercel',
    github: 'GitHub',
    'github-pages': 'Pages',
    gitlab: 'GitLab',
    neon: 'Neon',
  }
  return {
    toneOf: (word) => {
      if (/^(?:success|succeeded|ready|active|idle)$/.test(word)) return 'good'
      if (/^(?:failure|error|failed)$/.test(word)) return 'bad'
      return /^(?:canceled|cancelled|skipped|inactive)$/.test(word) ? 'quiet' : 'running'
    },
    name: (text, url = null) => {
      const words = element('span', { class: 'text' }, text)
      const title = url === null ? text : `${text}: open ${url}`
      return link(url, { class: 'name', title }, words, url !== null && icon('external'))
    },
    badge: (tone, text, title) => element('span', { class: 'badge', 'data-tone': tone, title }, text),
    provider: (name) => element('span', { class: 'provider', 'data-provider': name }, names[name] ?? name),
    copyButton: (text, what, ...label) => {
      const attributes = { 'data-action': 'copy', 'data-copy': text, title: text, 'aria-label': `Copy the ${what}` }
      return element('button', { type: 'button', class: 'copy', ...attributes }, label, icon('copy'))
    },
    section: (id, title, count, ...content) => {
      const heading = element('h2', { id: `${id}-title` }, title, ' ', element('span', { class: 'count' }, count))
      return element('section', { id, 'aria-labelledby': `${id}-title`, 'data-key': id }, heading, content)
    },
  }
}
