import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { css } from '@codemirror/lang-css'
import { html as markup } from '@codemirror/lang-html'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { Annotation, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import type { WebContainer } from '@webcontainer/api'
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { formatBytes } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import { editorTheme } from './editor-theme.js'
import { type DiskState, followFile, type OpenFile } from './open-file.js'

/** One open file at a time, saved as it is typed. */
export interface Editor {
  open(path: string): Promise<void>
  /** Writes what has not been written yet. @throws Error where that would overwrite what others have done */
  save(): Promise<void>
  /** Looks whether the open file has changed on the disk. */
  check(): Promise<void>
}

/** What the editor tells. */
export interface EditorListener {
  saved(): void
  error(error: unknown): void
}

/** Marks a change that comes from the disk. */
const fromDisk = Annotation.define<true>()

/** Makes the editor: text in CodeMirror, pictures as pictures, other bytes by their size. */
export function createEditor(element: HTMLElement, container: WebContainer, listener: EditorListener): Editor {
  let file: OpenFile | undefined
  const body = document.createElement('div')
  body.className = 'editor-body'
  const view = new EditorView({ parent: body })
  const text = (): string => view.state.doc.toString()
  const handle = (work: Promise<void> | undefined): void => void work?.catch(listener.error)

  const show = (path: string, content: unknown, disk: DiskState = 'same'): void => {
    const place = path.split('/')
    const name = place.pop()
    render(
      html`<div class="editor-tab" title=${path}>${place.map((part) => html`<span class="muted">${part} / </span>`)}<span>${name}</span></div>
        ${disk === 'same' ? nothing : diskNotice(disk)} ${content}`,
      element,
    )
  }
  const diskNotice = (disk: DiskState): TemplateResult => html`<div class="disk-notice" role="alert">
    <p>${disk === 'deleted' ? 'This file was deleted on disk. What you type is not saved.' : 'This file has changed on disk. What you typed is not saved.'}</p>
    ${
      disk === 'deleted'
        ? html`<button type="button" class="button small" @click=${() => handle(file?.overwrite(text()))}>Create it again</button>
          <button type="button" class="button small" @click=${() => discard(file?.path ?? '')}>Discard</button>`
        : html`<button type="button" class="button small" @click=${() => handle(file?.reload())}>Reload from disk</button>
          <button type="button" class="button small" @click=${() => handle(file?.overwrite(text()))}>Keep mine</button>`
    }
  </div>`

  const openText = (path: string, content: string): void => {
    const opened = followFile(container, path, content, {
      reload: (found) =>
        view.dispatch({
          changes: { from: 0, to: view.state.doc.length, insert: found },
          annotations: fromDisk.of(true),
        }),
      change: (disk) => show(path, body, disk),
      saved: listener.saved,
      error: listener.error,
    })
    file = opened
    view.setState(EditorState.create({ doc: content, extensions: extensions(path, (value) => opened.edit(value)) }))
    show(path, body)
  }

  const save = async (): Promise<void> => {
    await file?.save()
    if (file?.isHeldBack())
      throw new Error(`What you typed in ${file.path} is not saved. Choose above the text what to do.`)
  }
  const discard = (path: string): void => {
    file?.close()
    file = undefined
    show(path, html`<div class="editor-body binary"><p class="muted">Deleted</p></div>`)
  }

  return {
    save,
    check: async () => file?.check(),
    open: async (path) => {
      await save()
      const bytes = await container.fs.readFile(path)
      file?.close()
      file = undefined
      const content = decode(bytes)
      if (content === undefined) show(path, binaryView(path, bytes))
      else openText(path, content)
    },
  }
}

function extensions(path: string, onText: (text: string) => void): Extension {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    // Without a binding for Tab: it leaves the editor, as it leaves every other field.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': path }),
    EditorView.updateListener.of((update) => {
      const isTyped = !update.transactions.some((transaction) => transaction.annotation(fromDisk))
      if (update.docChanged && isTyped) onText(update.state.doc.toString())
    }),
    language(path),
    editorTheme,
  ]
}

function language(path: string): Extension {
  const ending = path.slice(path.lastIndexOf('.') + 1)
  if (/^[cm]?[jt]sx?$/.test(ending)) {
    return javascript({ typescript: /^[cm]?ts/.test(ending), jsx: ending.endsWith('x') })
  }
  if (ending === 'css') return css()
  if (ending === 'json') return json()
  return ending === 'html' || ending === 'svg' ? markup() : []
}

function binaryView(path: string, bytes: Uint8Array): TemplateResult {
  const isPicture = /\.(png|jpe?g|gif|webp|avif|ico)$/i.test(path)
  const address = isPicture ? URL.createObjectURL(new Blob([bytes.slice()])) : ''
  const free = (): void => URL.revokeObjectURL(address)
  return html`<div class="editor-body binary">
    ${isPicture ? html`<img src=${address} alt=${path} @load=${free} @error=${free} />` : html`<span class="binary-icon">${icon('file')}</span>`}
    <p class="muted">${formatBytes(bytes.length)}${isPicture ? '' : ', not text'}</p>
  </div>`
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    // With its byte order mark, as the container reads it too.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
