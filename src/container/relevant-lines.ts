const mostLines = 20
const headLines = 14

/** Lines that say what went wrong. */
const failure = [
  /\b(?:error|exception|fatal|panic)\b/i,
  /(?:Error|Exception)\b/,
  /\b(?:failed|cannot|can't|could not|couldn't|unable to|not found|no such|unexpected|missing|unresolved|denied)\b/i,
  /\bTS\d{4,5}\b/,
  /\bERR_[A-Z_]+|\bE(?:NOENT|ACCES|EXIST|RESOLVE|404|PERM|INTEGRITY)\b/,
  /^\s*(?:✘|✖|×|⨯|❌)/,
  /out of memory|killed/i,
]
/** Lines that match the above and say nothing. */
const noise = [
  /complete log of this run/i,
  /npm (?:ERR!|error)\s*$/i,
  /^\s*\S+\s+[\d.,]+\s*(?:B|kB|KB|KiB|MB)\b/,
  /\b0 (?:errors|failed)\b/i,
  /^\s*npm warn/i,
  /ELIFECYCLE|node:internal\//,
]
const stackFrame = /^\s+at /
/** Code frames and carets: they belong to the line above them. */
const context = /^\s*(?:>?\s*\d+\s*[|│]|\d+\s+\S|[|│╵]|\^|~|\s*[~^]+\s*$)|^\s{2,}\S/

/**
 * The lines of a failing command's log that say why it failed: errors with the code frame and the head of the stack that
 * follow them, at most 20, the first and the last of them; the last lines where none looks like an error.
 */
export function relevantLines(tail: readonly string[]): string[] {
  const found: string[] = []
  let following = 0
  let frames = 0
  for (const line of tail) {
    if (line.trim() === '' || noise.some((pattern) => pattern.test(line))) continue
    if (stackFrame.test(line)) {
      if (following > 0 && frames < 3) found.push(line)
      frames += 1
    } else if (failure.some((pattern) => pattern.test(line))) {
      found.push(line)
      following = 6
      frames = 0
    } else if (following > 0 && context.test(line)) {
      found.push(line)
      following -= 1
    } else {
      following = 0
    }
  }
  if (found.length === 0) return tail.filter((line) => line.trim() !== '').slice(-10)
  if (found.length <= mostLines) return found
  return [...found.slice(0, headLines), ...found.slice(headLines - mostLines)]
}
