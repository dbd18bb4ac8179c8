import type { ITheme } from '@xterm/xterm'

const dark: ITheme = {
  background: '#0e131b',
  foreground: '#c9d2e0',
  cursor: '#7fb0ff',
  selectionBackground: '#2d4468',
  scrollbarSliderBackground: '#202a3a',
  scrollbarSliderHoverBackground: '#34425a',
  scrollbarSliderActiveBackground: '#34425a',
  black: '#1b2433',
  brightBlack: '#7d8aa0',
  red: '#ff8f8f',
  brightRed: '#ffabab',
  green: '#7bd8a4',
  brightGreen: '#9be6bd',
  yellow: '#f2c979',
  brightYellow: '#f7d99c',
  blue: '#7fb0ff',
  brightBlue: '#a5c8ff',
  magenta: '#c3a6ff',
  brightMagenta: '#d6c2ff',
  cyan: '#7fd6cf',
  brightCyan: '#a4e5e0',
  white: '#c9d2e0',
  brightWhite: '#ffffff',
}

const light: ITheme = {
  background: '#ffffff',
  foreground: '#2a3445',
  cursor: '#1d5fd0',
  selectionBackground: '#cfe0fb',
  scrollbarSliderBackground: '#dde2ea',
  scrollbarSliderHoverBackground: '#bcc5d3',
  scrollbarSliderActiveBackground: '#bcc5d3',
  black: '#1a2230',
  brightBlack: '#6a7588',
  red: '#bb2b33',
  brightRed: '#a01f28',
  green: '#0a7546',
  brightGreen: '#085e38',
  yellow: '#875800',
  brightYellow: '#6d4700',
  blue: '#1d5fd0',
  brightBlue: '#174fae',
  magenta: '#7a3fd0',
  brightMagenta: '#6430b0',
  cyan: '#0b7470',
  brightCyan: '#085b58',
  // What is written for dark grounds must be read on a light one.
  white: '#566176',
  brightWhite: '#1a2230',
}

const prefersLight = matchMedia('(prefers-color-scheme: light)')

/** The colors of a terminal as this person's system has them; the page itself follows it by its style sheets. */
export function terminalColors(): ITheme {
  return prefersLight.matches ? light : dark
}

/** Calls back when the person changes from light to dark, or back. */
export function onColorChange(listener: () => void): void {
  prefersLight.addEventListener('change', listener)
}
