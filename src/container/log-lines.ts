import ansiRegex from 'ansi-regex'

/** Turns chunks of terminal output into clean lines. */
export interface LogLines {
  /** The lines that this chunk has completed. */
  push(chunk: string): string[]
  /** The line that the output ended in, if any. */
  end(): string[]
}

const longestLine = 10_000
const longestEscape = 4_096
const introducer = '\u001B'
const bell = '\u0007'

const control = new RegExp(`${ansiRegex().source}|[\\r\\n\\b]`, 'g')
/** An escape sequence at the end of a chunk that the next chunk will complete. */
const openEscape = new RegExp(
  `${introducer}(?:\\[[0-?]*[ -/]*|\\][^${bell}${introducer}]*${introducer}?|[PX^_][^${introducer}]*${introducer}?|[ -/]*)?$`,
)
const carriageReturn = new RegExp(`^(?:\\r|${introducer}\\[[01]?G)$`)
const eraseToEnd = new RegExp(`^${introducer}\\[0?K$`)
const eraseLine = new RegExp(`^${introducer}\\[[12]K$`)
const moveUp = new RegExp(`^${introducer}(?:\\[\\d*[AF]|\\[[\\d;]*H|c)$`)
/** One glyph of a spinner: braille dots, or a bar that turns. */
const spinner = /^[\u2800-\u28FF|/\\-]$/

/**
 * Reads terminal output the way a terminal shows it, a line at a time: colours are dropped, CRLF ends one line, what a
 * carriage return overwrites never counts, and neither do frames of a spinner, runs of blank lines, or lines that a program
 * paints again after it moved the cursor up.
 */
export function createLogLines(): LogLines {
  let open = ''
  let line = ''
  let atStart = false
  let repainting = false
  let recent: string[] = ['']

  const text = (piece: string) => {
    if (piece === '') return
    if (atStart) line = ''
    atStart = false
    if (line.length < longestLine) line = (line + piece).slice(0, longestLine)
  }

  const complete = (lines: string[]) => {
    const shown = printable(line).trimEnd()
    const clean = spinner.test(shown.trim()) ? '' : shown
    line = ''
    atStart = false
    if (clean === '' && recent.at(-1) === '') return
    if (repainting && recent.includes(clean)) return
    recent = [...recent.slice(-9), clean]
    lines.push(clean)
  }

  const obey = (code: string, lines: string[]) => {
    if (code === '\n') complete(lines)
    else if (code === '\b') line = line.slice(0, -1)
    else if (carriageReturn.test(code)) atStart = true
    else if (eraseLine.test(code) || (atStart && eraseToEnd.test(code))) line = ''
    else if (moveUp.test(code)) repainting = true
  }

  return {
    push(chunk) {
      const lines: string[] = []
      let input = open + chunk
      const openAt = input.search(openEscape)
      open = openAt >= 0 && input.length - openAt < longestEscape ? input.slice(openAt) : ''
      if (open) input = input.slice(0, openAt)
      let from = 0
      for (const match of input.matchAll(control)) {
        text(input.slice(from, match.index))
        obey(match[0], lines)
        from = match.index + match[0].length
      }
      text(input.slice(from))
      return lines
    },
    end() {
      const lines: string[] = []
      if (line !== '') complete(lines)
      open = ''
      return lines.filter((rest) => rest !== '')
    },
  }
}

function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, (character) => (character === '\t' ? character : ''))
}
