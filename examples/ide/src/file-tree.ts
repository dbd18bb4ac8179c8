import type { WebContainer } from '@webcontainer/api'
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { icon } from '../../support/icons.js'

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

/** What the tree tells. */
export interface FileTreeListener {
  open(path: string): void
  error(error: unknown): void
}

/** Shows the files. Folders are read when they are opened. One stop for the Tab key; arrow keys, Home and End walk. */
export function createFileTree(element: HTMLElement, container: WebContainer, listener: FileTreeListener): FileTree {
  const folders = new Map<string, readonly Entry[]>()
  const expanded = new Set(['.', 'src'])
  let selected = ''
  let focused = ''
  let isOpenWhenNarrow = false

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
      read(path).catch((error: unknown) => {
        if (!(error instanceof Error && /^(ENOENT|ENOTDIR)\b/.test(error.message))) throw error
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
    focused = entry.path
    if (!entry.isDirectory) listener.open(entry.path)
    else if (!expanded.delete(entry.path)) expanded.add(entry.path)
    draw()
    if (entry.isDirectory) refresh().catch(listener.error)
  }

  const visible = (path: string): Entry[] =>
    (folders.get(path) ?? []).flatMap((entry) => [entry, ...(expanded.has(entry.path) ? visible(entry.path) : [])])
  const draw = (): void => {
    const entries = visible('.')
    const stop = (
      entries.find(({ path }) => path === focused) ??
      entries.find(({ path }) => path === selected) ??
      entries[0]
    )?.path
    const rows = entries.map((entry) =>
      row(entry, {
        isOpen: expanded.has(entry.path),
        isSelected: entry.path === selected,
        isStop: entry.path === stop,
        activate: () => activate(entry),
        focus: () => {
          if (focused === entry.path) return
          focused = entry.path
          draw()
        },
      }),
    )
    const toggle = (): void => {
      isOpenWhenNarrow = !isOpenWhenNarrow
      draw()
    }
    render(
      html`<h2 class="pane-title">Files</h2>
        <button type="button" class="pane-title tree-toggle" aria-expanded=${isOpenWhenNarrow} aria-controls="tree" @click=${toggle}>
          ${icon('chevron')} Files</button>
        <div class=${`tree ${isOpenWhenNarrow ? 'open' : ''}`} id="tree" role="tree" aria-label="Files" @keydown=${walk}>${repeat(
          rows.map((template, index) => ({ template, key: entries[index]?.path })),
          ({ key }) => key,
          ({ template }) => template,
        )}</div>`,
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

interface RowState {
  readonly isOpen: boolean
  readonly isSelected: boolean
  /** Whether the Tab key stops here. */
  readonly isStop: boolean
  activate(): void
  focus(): void
}

function row(entry: Entry, { isOpen, isSelected, isStop, activate, focus }: RowState): TemplateResult {
  const level = entry.path.split('/').length
  return html`<button type="button" role="treeitem" aria-level=${level} aria-selected=${isSelected} tabindex=${isStop ? 0 : -1}
    aria-expanded=${entry.isDirectory ? isOpen : nothing} class=${dimmed.has(entry.name) ? 'dimmed' : ''}
    style=${`--level: ${level - 1}`} title=${entry.path} @click=${activate} @focus=${focus}>
    <span class=${`twist ${isOpen ? 'open' : ''}`}>${entry.isDirectory ? icon('chevron') : ''}</span>
    ${icon(entry.isDirectory ? 'folder' : 'file')}<span class="name">${entry.name}</span>
  </button>`
}

/** As in every tree: up, down, Home, End; right opens a folder or goes into it, left closes it or goes to its folder. */
function walk(event: KeyboardEvent): void {
  const item = event.target
  if (!(item instanceof HTMLElement) || item.getAttribute('role') !== 'treeitem') return
  const items = [...(item.parentElement?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
  const index = items.indexOf(item)
  const isOpen = item.getAttribute('aria-expanded')
  const level = Number(item.ariaLevel)
  const parent = items.slice(0, index).findLast((other) => Number(other.ariaLevel) < level)
  const targets: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[index + 1],
    ArrowUp: items[index - 1],
    Home: items[0],
    End: items.at(-1),
    ArrowRight: isOpen === 'true' && Number(items[index + 1]?.ariaLevel) > level ? items[index + 1] : undefined,
    ArrowLeft: isOpen === 'true' ? undefined : parent,
  }
  if ((event.key === 'ArrowRight' && isOpen === 'false') || (event.key === 'ArrowLeft' && isOpen === 'true'))
    item.click()
  else if (event.key in targets) targets[event.key]?.focus()
  else return
  event.preventDefault()
}
