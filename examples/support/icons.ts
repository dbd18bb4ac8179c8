import { html, svg, type TemplateResult } from 'lit-html'

export type IconName =
  | 'waiting'
  | 'running'
  | 'done'
  | 'failed'
  | 'canceled'
  | 'folder'
  | 'file'
  | 'chevron'
  | 'external'
  | 'copy'
  | 'play'
  | 'reload'
  | 'stop'
  | 'branch'
  | 'commit'
  | 'check'
  | 'offline'
  | 'ship'

const paths: Record<IconName, TemplateResult<2>> = {
  waiting: svg`<circle cx="8" cy="8" r="5.25" stroke-dasharray="1.6 2.4" />`,
  running: svg`<path d="M8 2.75a5.25 5.25 0 1 1-5.25 5.25" />`,
  done: svg`<path d="M3.5 8.5l3 3 6-6.5" />`,
  failed: svg`<path d="M4.5 4.5l7 7m0-7l-7 7" />`,
  canceled: svg`<path d="M3.5 8h9" />`,
  folder: svg`<path d="M2 4.5h4l1.5 1.5H14v6.5H2z" />`,
  file: svg`<path d="M4 2h5l3 3v9H4zM9 2v3h3" />`,
  chevron: svg`<path d="M6 4l4 4-4 4" />`,
  external: svg`<path d="M6.5 3.5H3v9.5h9.5V9.5M9 3h4v4M13 3L7.5 8.5" />`,
  copy: svg`<path d="M5.5 5.5V3h7.5v7.5h-2.5M3 5.5h7.5V13H3z" />`,
  reload: svg`<path d="M12.8 6.2A5.2 5.2 0 1 0 13.2 9M13 2.800v3.400H9.600" />`,
  play: svg`<path d="M5 3.5l7.5 4.5L5 12.5z" />`,
  stop: svg`<path d="M4.5 4.5h7v7h-7z" />`,
  branch: svg`<circle cx="4.5" cy="4" r="1.5" /><circle cx="4.5" cy="12" r="1.5" /><circle cx="11.5" cy="5.5" r="1.5" /><path d="M4.5 5.5v5M11.5 7c0 2.5-7 1.5-7 3.5" />`,
  commit: svg`<circle cx="8" cy="8" r="2.5" /><path d="M1.5 8h4m5 0h4" />`,
  check: svg`<path d="M8 1.8l5 2v4.200c0 3-2.100 5.200-5 6.200-2.900-1-5-3.200-5-6.200V3.800zM5.700 8l1.700 1.700 3-3.300" />`,
  offline: svg`<path d="M2 6.500a8.500 8.500 0 0 1 12 0M4.500 9.200a5 5 0 0 1 7 0M8 12.200v.1M2.500 13.500l11-11" />`,
  ship: svg`<path d="M2 10h12l-2 4H4zM8 2v6H3.5z" />`,
}

/** A small line drawing; decoration only, so it is hidden from screen readers. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class=${`icon icon-${name}`} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths[name]}</svg>`
}
