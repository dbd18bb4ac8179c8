import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const surface = EditorView.theme(
  {
    '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: '13px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.65', fontVariantLigatures: 'none' },
    '.cm-content': { padding: '14px 0', caretColor: 'var(--accent)' },
    '.cm-line': { padding: '0 20px 0 8px' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: '0', paddingLeft: '10px' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'rgb(255 255 255 / 3.5%)' },
    '.cm-activeLineGutter': { color: 'var(--muted)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      background: 'rgb(127 176 255 / 22%) !important',
    },
    '.cm-matchingBracket': { background: 'rgb(127 176 255 / 18%)', outline: 'none' },
  },
  { dark: true },
)

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: '#c3a6ff' },
  { tag: [tags.string, tags.special(tags.string)], color: '#a8d3a0' },
  { tag: [tags.number, tags.bool, tags.null, tags.unit], color: '#f0b98d' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: '#8fbcff' },
  { tag: [tags.typeName, tags.className, tags.namespace], color: '#7fd6cf' },
  { tag: [tags.propertyName, tags.attributeName], color: '#b9cdf0' },
  { tag: [tags.tagName, tags.angleBracket], color: '#8fbcff' },
  { tag: [tags.comment, tags.meta], color: '#7d8aa0', fontStyle: 'italic' },
  { tag: [tags.regexp, tags.escape, tags.color], color: '#f2c979' },
])

/** The look of the editor, in the colors of the page. */
export const editorTheme: Extension = [surface, syntaxHighlighting(colors)]
