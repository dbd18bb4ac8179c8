import type { EmulatorStateView } from '../state-view.js'
import type { Connection, ConnectionState } from './connection.js'
import type { DeploymentSection } from './deployments.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Header } from './header.js'
import type { Log } from './log.js'
import type { LogControls } from './log-controls.js'
import type { LogMemory } from './log-memory.js'
import type { LogRow } from './log-row.js'
import type { Parts, Section } from './parts.js'

/** What makes the page, by name: functions that know nothing of each other. */
export interface Makers {
  createDom(): Dom
  createFormat(): Format
  createParts(dom: Dom): Parts
  createConnection(token: string, onState: (state: ConnectionState) => void): Connection
  createHeader(place: HTMLElement, dom: Dom, parts: Parts, format: Format): Header
  createSites(dom: Dom, parts: Parts, format: Format): Section
  createDeployments(dom: Dom, parts: Parts, format: Format): DeploymentSection
  createRepositories(dom: Dom, parts: Parts, format: Format): Section
  createDatabases(dom: Dom, parts: Parts, format: Format): Section
  createFaults(dom: Dom, parts: Parts, format: Format): Section
  createLogMemory(connection: Connection): LogMemory
  createLogControls(dom: Dom): LogControls
  createLogRow(dom: Dom, format: Format): LogRow
  createLog(dom: Dom, memory: LogMemory, controls: LogControls, rowOf: LogRow): Log
}

/** Starts the page. */
export function start(make: Makers): void {
  /** Milliseconds between two looks: after a change, while something is under way, and else, for what no request tells of. */
  const looks = { soon: 120, underWay: 400, late: 3_000 }
  const dom = make.createDom()
  const { element, icon, morph } = dom
  const format = make.createFormat()
  const parts = make.createParts(dom)
  const main = document.getElementById('main') as HTMLElement
  const spoken = document.getElementById('spoken') as HTMLElement
  const header = make.createHeader(document.getElementById('header') as HTMLElement, dom, parts, format)
  const sites = make.createSites(dom, parts, format)
  const deployments = make.createDeployments(dom, parts, format)
  const repositories = make.createRepositories(dom, parts, format)
  const databases = make.createDatabases(dom, parts, format)
  const faults = make.createFaults(dom, parts, format)
  const token = takeToken()
  const connection = make.createConnection(token, (state) => {
    standing = state
    show()
  })
  const memory = make.createLogMemory(connection)
  const log = make.createLog(dom, memory, make.createLogControls(dom), make.createLogRow(dom, format))
  const board = element('div', { class: 'board' })
  const armed = element('div', { class: 'armed' })
  const side = element('div', { class: 'side' }, armed, log.element)
  let standing: ConnectionState | undefined
  let state: EmulatorStateView | undefined
  let shown = 30
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLooking = false
  let isStale = false

  // A new address in the same tab, after the emulator was begun anew, changes nothing but what is behind the #.
  addEventListener('hashchange', () => location.reload())

  /** Taken out of the address, so that nobody reads it over a shoulder; a tab that is loaded again still has it. */
  function takeToken(): string {
    const [, given] = /^#token=([\w-]+)$/.exec(location.hash) ?? []
    if (given !== undefined) {
      sessionStorage.setItem('token', given)
      history.replaceState(null, '', location.pathname)
    }
    return given ?? sessionStorage.getItem('token') ?? ''
  }

  function show(): void {
    if (standing === 'locked') {
      const words = token
        ? 'This token is of another run: open the dashboard at the address that the emulator has printed now.'
        : 'Open the dashboard at the address that the emulator printed: it ends in #token=…'
      for (const open of document.querySelectorAll('dialog[open]')) (open as HTMLDialogElement).close()
      main.replaceChildren(element('p', { class: 'gate' }, words))
      header.show(undefined, standing)
      return
    }
    header.show(state, standing)
    if (!state) return
    if (!board.isConnected) main.replaceChildren(board, side)
    const sections = [sites(state), deployments(state, shown), repositories(state), databases(state)]
    morph(board, element('div', { class: 'board' }, sections))
    morph(armed, element('div', { class: 'armed' }, faults(state)))
  }

  async function look(): Promise<void> {
    if (isLooking) {
      isStale = true
      return
    }
    isLooking = true
    isStale = false
    clearTimeout(timer)
    const [read] = await Promise.all([connection.read<EmulatorStateView>('/state'), log.refresh()])
    if (read) {
      state = read
      format.setNow(read.now)
      show()
    }
    isLooking = false
    // Nobody looks: when somebody does, that is a reason to look.
    if (standing === 'locked' || document.hidden) return
    const isUnderWay = state?.deployments.some(({ outcome }) => outcome === 'under-way')
    timer = setTimeout(() => void look(), isStale ? looks.soon : isUnderWay ? looks.underWay : looks.late)
  }

  function lookSoon(): void {
    isStale = true
    if (isLooking) return
    clearTimeout(timer)
    timer = setTimeout(() => void look(), looks.soon)
  }

  const actions: Readonly<Record<string, (button: HTMLElement) => Promise<void> | void>> = {
    copy: async (button) => {
      await navigator.clipboard.writeText(button.dataset.copy ?? '')
      say('Copied')
      button.querySelector('.icon')?.replaceWith(icon('check'))
      setTimeout(() => button.querySelector('.icon')?.replaceWith(icon('copy')), 1_200)
    },
    more: () => {
      shown += 50
      show()
    },
    reset: async () => {
      if (!(await header.confirmReset())) return
      await connection.post('/reset')
      say('The emulator was reset')
      lookSoon()
    },
  }

  function say(words: string): void {
    spoken.textContent = words
  }

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null
    const action = actions[button?.dataset.action ?? '']
    if (!button || !action) return
    Promise.resolve(action(button)).catch((error: unknown) =>
      say(error instanceof Error ? error.message : String(error)),
    )
  })
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    log.element.querySelector('input')?.focus()
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) lookSoon()
  })
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLElement>('time[data-at]')) {
      const words = format.ago(Number(time.dataset.at))
      if (time.textContent !== words) time.textContent = words
    }
  }, 1_000)
  void look()
  connection.listen(lookSoon)
}
