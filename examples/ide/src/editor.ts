import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { css } from '@codemirror/lang-css'
import { html as markup } from '@codemirror/lang-html'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import type { WebContainer } from '@webcontainer/api'
import { html, nothing, render } from 'lit-html'
import { editorTheme } from './editor-theme.js'
import { formatBytes } from './format.js'

/** One open file at a time, saved as it is typed. */
export interface Editor {
  open(path: string): Promise<void>
  /** Writes what has not been written yet. */
  save(): Promise<void>
}

/** Milliseconds without typing after which a file is written. */
const saveDelay = 400

/** Makes the editor: text in CodeMirror, pictures as pictures, other bytes by their size. */
export function createEditor(element: HTMLElement, container: WebContainer, onError: (error: unknown) => void): Editor {
  let pending: { path: string; text: string } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const save = async (): Promise<void> => {
    clearTimeout(timer)
    const file = pending
    pending = undefined
    if (file) await container.fs.writeFile(file.path, file.text)
  }
  const onText = (path: string, text: string): void => {
    pending = { path, text }
    clearTimeout(timer)
    timer = setTimeout(() => save().catch(onError), saveDelay)
  }

  const body = document.createElement('div')
  body.className = 'editor-body'
  const view = new EditorView({ parent: body })
  const show = (path: string, content: unknown): void => {
    const place = path.split('/')
    const name = place.pop()
    render(
      html`<div class="editor-tab" aria-current="page">${place.map((part) => html`<span class="muted">${part} / </span>`)}${name}</div>
        ${content}`,
      element,
    )
  }

  return {
    save,
    open: async (path) => {
      await save()
      const bytes = await container.fs.readFile(path)
      const text = decode(bytes)
      if (text === undefined) return show(path, binaryView(path, bytes))
      view.setState(EditorState.create({ doc: text, extensions: extensions(path, (value) => onText(path, value)) }))
      show(path, body)
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
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': path }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onText(update.state.doc.toString())
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

function binaryView(path: string, bytes: Uint8Array) {
  const isPicture = /\.(png|jpe?g|gif|webp|avif|ico)$/i.test(path)
  const address = isPicture ? URL.createObjectURL(new Blob([bytes.slice()])) : ''
  const free = (): void => URL.revokeObjectURL(address)
  return html`<div class="editor-body binary">
    ${isPicture ? html`<img src=${address} alt=${path} @load=${free} @error=${free} />` : nothing}
    <p class="muted">${formatBytes(bytes.length)}${isPicture ? '' : ', not text'}</p>
  </div>`
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
