import { bootRuntime } from '../../support/runtime.js'
import { type Actions, createActions } from './actions.js'
import { renderBar } from './bar.js'
import { createBaseCommits } from './base-commits.js'
import { deployPanel } from './deploy-panel.js'
import { createDevServer } from './dev-server.js'
import { createEditor } from './editor.js'
import { createFileTree } from './file-tree.js'
import { isRunning } from './session.js'
import { loadSettings } from './settings.js'
import { runShell } from './shell.js'
import { renderSide } from './side.js'
import { createTerminals } from './terminals.js'
import { runObstacle, type Tools, type Workbench } from './workbench.js'

/** Milliseconds between two drawings of a running deployment, so that time moves between its events. */
const tick = 200
const firstFile = 'src/main.ts'

/** Starts the example IDE: settings, container, files, editor, terminals, deploy panel. */
async function startPage(): Promise<void> {
  let isDrawing = false
  const bench: Workbench = {
    terminals: createTerminals(place('.terminals')),
    bases: createBaseCommits(),
    settings: null,
    kind: null,
    tools: null,
    isLost: false,
    preview: null,
    session: null,
    resuming: null,
    history: [],
    interrupted: [],
    card: null,
    accepted: null,
    asked: null,
    notice: null,
    focus: null,
    side: { tab: 'Deploy', preview: null, isRunning: false, isInstalling: false },
    draw: () => {
      if (isDrawing) return
      isDrawing = true
      requestAnimationFrame(() => {
        isDrawing = false
        renderBar(place('.bar'), bench, actions)
        // Asked before: what had the focus may be gone afterwards.
        const isInPanel = hasFocus(place('.side'))
        renderSide(place('.side'), bench.side, deployPanel(bench, actions), runObstacle(bench), actions)
        if (bench.focus !== null && isInPanel) document.querySelector<HTMLElement>(`.side ${bench.focus}`)?.focus()
        bench.focus = null
      })
    },
  }
  const actions = createActions(bench)
  bench.draw()
  setInterval(() => {
    if (bench.session && isRunning(bench.session)) bench.draw()
  }, tick)
  try {
    bench.settings = await loadSettings()
    actions.look()
    bench.tools = await startTools(bench, actions)
    const { tree, container } = bench.tools
    // For the curious: the container in the browser's console.
    Object.assign(globalThis, { container })
    const { files } = bench.settings
    const file = files.includes(firstFile) ? firstFile : files[0]
    if (file !== undefined) {
      tree.select(file)
      actions.open(file)
    }
    actions.refresh()
    runShell(container, bench.terminals, actions.refresh).catch(actions.report)
  } catch (error) {
    actions.report(error)
  }
}

async function startTools(bench: Workbench, actions: Actions): Promise<Tools> {
  if (!bench.settings) throw new Error('There are no settings to start with.')
  const runtime = await bootRuntime(bench.settings, (kind) => {
    bench.kind = kind
    bench.draw()
  })
  const { container } = runtime
  return {
    ...runtime,
    editor: createEditor(place('.editor'), container, { saved: actions.plan, error: actions.report }),
    tree: createFileTree(place('.files'), container, { open: actions.open, error: actions.report }),
    server: createDevServer(container, bench.terminals, {
      address: (preview) => {
        bench.side = { ...bench.side, preview }
        bench.draw()
      },
      installing: (isInstalling) => {
        bench.side = { ...bench.side, isInstalling }
        bench.draw()
        if (!isInstalling) actions.refresh()
      },
    }),
  }
}

/** Whether the focus is in the element, or nowhere because what had it was replaced. */
function hasFocus(element: HTMLElement): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || element.contains(activeElement)
}

function place(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`The page has no ${selector}.`)
  return element
}

void startPage()
