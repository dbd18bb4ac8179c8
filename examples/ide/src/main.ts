import { type Actions, createActions } from './actions.js'
import { renderBar } from './bar.js'
import { deployPanel } from './deploy-panel.js'
import { createDevServer } from './dev-server.js'
import { createEditor } from './editor.js'
import { createFileTree } from './file-tree.js'
import { bootRuntime } from './runtime.js'
import { loadSettings } from './settings.js'
import { runShell } from './shell.js'
import { renderSide } from './side.js'
import { createTerminals } from './terminals.js'
import type { Tools, Workbench } from './workbench.js'

const firstFile = 'src/main.ts'

/** Starts the example IDE: settings, container, files, editor, terminals, deploy panel. */
async function startPage(): Promise<void> {
  let isDrawing = false
  const bench: Workbench = {
    terminals: createTerminals(place('.terminals')),
    settings: null,
    tools: null,
    preview: null,
    session: null,
    notice: null,
    side: { tab: 'Deploy', preview: null, isRunning: false },
    draw: () => {
      if (isDrawing) return
      isDrawing = true
      requestAnimationFrame(() => {
        isDrawing = false
        renderBar(place('.bar'), bench, actions)
        renderSide(place('.side'), bench.side, deployPanel(bench, actions), actions)
      })
    },
  }
  const actions = createActions(bench)
  bench.draw()
  try {
    bench.settings = await loadSettings()
    bench.tools = await startTools(bench, actions)
    const { tree, editor, container } = bench.tools
    // For the curious: the container in the browser's console.
    Object.assign(globalThis, { container })
    tree.select(firstFile)
    await Promise.all([tree.refresh(), editor.open(firstFile), actions.plan()])
    runShell(container, bench.terminals, actions.refresh).catch(actions.report)
  } catch (error) {
    actions.report(error)
  }
}

async function startTools(bench: Workbench, actions: Actions): Promise<Tools> {
  if (!bench.settings) throw new Error('There are no settings to start with.')
  const runtime = await bootRuntime(bench.settings)
  const { container } = runtime
  return {
    ...runtime,
    editor: createEditor(place('.editor'), container, actions.report),
    tree: createFileTree(place('.files'), container, actions.open),
    server: createDevServer(container, bench.terminals, (preview) => {
      bench.side = { ...bench.side, preview }
      bench.draw()
    }),
  }
}

function place(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`The page has no ${selector}.`)
  return element
}

void startPage()
