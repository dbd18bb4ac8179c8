import type { WebContainer } from '@webcontainer/api'
import { html, render, type TemplateResult } from 'lit-html'
import { icon } from './icons.js'

/** The files of the container, folder by folder. */
export interface FileTree {
  /** Reads the open folders again. */
  refresh(): Promise<void>
  select(path: string): void
}

interface Entry {
  readonly name: string
  readonly path: string
  readonly isDirectory: boolean
}

/** Made by tools, and of no interest to someone who edits. */
const dimmed = new Set(['node_modules', 'dist', '.git', 'package-lock.json'])

/** Shows the files. Folders are read when they are opened; arrow keys walk and open, as in every tree. */
export function createFileTree(element: HTMLElement, container: WebContainer, open: (path: string) => void): FileTree {
  const folders = new Map<string, readonly Entry[]>()
  const expanded = new Set(['.', 'src'])
  let selected = ''

  const read = async (path: string): Promise<void> => {
    const entries = await container.fs.readdir(path, { withFileTypes: true })
    const rows = entries.map(
      (entry): Entry => ({
        name: entry.name,
        path: path === '.' ? entry.name : `${path}/${entry.name}`,
        isDirectory: entry.isDirectory(),
      }),
    )
    const order = (entry: Entry): string => `${entry.isDirectory ? 0 : 1}${entry.name.toLowerCase()}`
    folders.set(
      path,
      rows.sort((one, other) => (order(one) < order(other) ? -1 : 1)),
    )
  }
  const refresh = async (): Promise<void> => {
    const reads = [...expanded].map((path) =>
      read(path).catch(() => {
        // A folder that a build has removed since it was opened.
        expanded.delete(path)
        folders.delete(path)
      }),
    )
    await Promise.all(reads)
    draw()
  }
  const activate = (entry: Entry): void => {
    selected = entry.path
    if (!entry.isDirectory) open(entry.path)
    else if (!expanded.delete(entry.path)) expanded.add(entry.path)
    draw()
    if (entry.isDirectory) void refresh()
  }

  const branch = (path: string, level: number): TemplateResult[] =>
    (folders.get(path) ?? []).flatMap((entry) => {
      const isOpen = entry.isDirectory && expanded.has(entry.path)
      const own = row(entry, level, isOpen, entry.path === selected, () => activate(entry))
      return isOpen ? [own, ...branch(entry.path, level + 1)] : [own]
    })
  const draw = (): void => {
    render(
      html`<h2 class="pane-title">Files</h2>
        <div class="tree" role="tree" aria-label="Files" @keydown=${walk}>${branch('.', 1)}</div>`,
      element,
    )
  }

  return {
    refresh,
    select: (path) => {
      selected = path
      draw()
    },
  }
}

function row(entry: Entry, level: number, isOpen: boolean, isSelected: boolean, activate: () => void): TemplateResult {
  return html`<button type="button" role="treeitem" aria-level=${level} aria-selected=${isSelected}
    aria-expanded=${entry.isDirectory ? isOpen : 'undefined'} class=${dimmed.has(entry.name) ? 'dimmed' : ''}
    style=${`--level: ${level - 1}`} title=${entry.path} @click=${activate}>
    <span class=${`twist ${isOpen ? 'open' : ''}`}>${entry.isDirectory ? icon('chevron') : ''}</span>
    ${icon(entry.isDirectory ? 'folder' : 'file')}<span class="name">${entry.name}</span>
  </button>`
}

function walk(event: KeyboardEvent): void {
  const item = event.target
  if (!(item instanceof HTMLElement)) return
  const isOpen = item.getAttribute('aria-expanded')
  const next = { ArrowDown: item.nextElementSibling, ArrowUp: item.previousElementSibling }[event.key]
  if (next instanceof HTMLElement) next.focus()
  else if ((event.key === 'ArrowRight' && isOpen === 'false') || (event.key === 'ArrowLeft' && isOpen === 'true'))
    item.click()
  else return
  event.preventDefault()
}
