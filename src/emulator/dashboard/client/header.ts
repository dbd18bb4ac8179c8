import type { EmulatorStateView } from '../state-view.js'
import type { ConnectionState } from './connection.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts } from './parts.js'

/** The top of the page. */
export interface Header {
  show(state: EmulatorStateView | undefined, connection: ConnectionState | undefined): void
  /** Asks whether all is to be forgotten. @returns whether it is */
  confirmReset(): Promise<boolean>
}

/** Makes the top of the page in the place that there is for it. */
export function createHeader(
  place: HTMLElement,
  { element, icon, morph }: Dom,
  { copyButton }: Parts,
  format: Format,
): Header {
  const words = { connected: 'Live', lost: 'Not reached: trying again', locked: 'Locked' } as const
  const cancel = element('button', { type: 'submit', class: 'button', value: '' }, 'Cancel')
  const confirm = element('button', { type: 'submit', class: 'button danger', value: 'reset' }, 'Reset')
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'reset-title' },
    element(
      'form',
      { method: 'dialog' },
      element('h2', { id: 'reset-title' }, 'Reset the emulator?'),
      element(
        'p',
        {},
        'It forgets every site, deployment, repository and request. Addresses and tokens stay as they are.',
      ),
      element('div', { class: 'buttons' }, cancel, confirm),
    ),
  )
  document.body.append(dialog)

  const counts = (state: EmulatorStateView): string => {
    const { sites, deployments, repositories } = state
    const under = deployments.filter(({ outcome }) => outcome === 'under-way').length
    const words = [
      format.count(sites.length, 'site'),
      format.count(deployments.length, 'deployment'),
      repositories.length === 1 ? '1 repository' : `${repositories.length} repositories`,
    ]
    return [...words, ...(under > 0 ? [`${under} under way`] : [])].join(' · ')
  }

  return {
    show: (state, connection) => {
      const reset = element(
        'button',
        { type: 'button', class: 'button', 'data-action': 'reset' },
        icon('reset'),
        'Reset',
      )
      const wanted = element(
        'header',
        { id: 'header' },
        element(
          'div',
          { class: 'bar' },
          element('h1', {}, icon('ship'), 'Tabship ', element('span', {}, 'emulator')),
          connection && element('p', { class: 'connection', 'data-state': connection }, words[connection]),
          state && element('p', { class: 'counts number' }, counts(state)),
          state && reset,
        ),
        state &&
          element(
            'ul',
            { class: 'addresses', 'aria-label': 'Addresses' },
            state.addresses.map(({ name, title, url }) =>
              element(
                'li',
                { 'data-key': name },
                copyButton(
                  url,
                  `address of ${title}`,
                  element('b', {}, title),
                  element('span', { class: 'mono' }, url.replace(/^https?:\/\/[^/:]+/, '')),
                ),
              ),
            ),
          ),
      )
      morph(place, wanted)
      document.title = state?.sites.length
        ? `${format.count(state.sites.length, 'site')} – Tabship emulator`
        : 'Tabship emulator'
    },
    confirmReset: () => {
      dialog.returnValue = ''
      dialog.showModal()
      cancel.focus()
      return new Promise((resolve) => {
        dialog.addEventListener('close', () => resolve(dialog.returnValue === 'reset'), { once: true })
      })
    },
  }
}
