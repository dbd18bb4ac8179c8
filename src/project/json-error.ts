const tokenPattern =
  /[ \t\r\n]*(?:([{}[\],:])|"(?:[^"\\\r\n\t]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"()|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)())/y

/**
 * Line (from 1) at which a text stops being JSON. Engines word their errors differently and many leave the place out, so
 * the text is walked again.
 */
export function jsonErrorLine(text: string): number {
  return text.slice(0, errorOffset(text)).split('\n').length
}

function errorOffset(text: string): number {
  const open: string[] = []
  let expected: 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'separator' = 'value'
  let position = 0
  for (;;) {
    tokenPattern.lastIndex = position
    const match = tokenPattern.exec(text)
    const start = (): number => position + (/^[ \t\r\n]*/.exec(text.slice(position))?.[0].length ?? 0)
    if (!match) return start()
    const mark = match[1] ?? (match[2] === undefined ? 'scalar' : 'string')
    const isValue = expected === 'value' || expected === 'first-value'
    const isKey = expected === 'key' || expected === 'first-key'
    if (mark === '}' || mark === ']') {
      const empty = mark === '}' ? 'first-key' : 'first-value'
      if ((expected !== 'separator' && expected !== empty) || open.pop() !== mark) return start()
      expected = 'separator'
    } else if (isValue && (mark === '{' || mark === '[')) {
      open.push(mark === '{' ? '}' : ']')
      expected = mark === '{' ? 'first-key' : 'first-value'
    } else if (isValue && (mark === 'string' || mark === 'scalar')) expected = 'separator'
    else if (isKey && mark === 'string') expected = 'colon'
    else if (expected === 'colon' && mark === ':') expected = 'value'
    else if (expected === 'separator' && mark === ',' && open.length > 0)
      expected = open.at(-1) === '}' ? 'key' : 'value'
    else return start()
    position = tokenPattern.lastIndex
  }
}
