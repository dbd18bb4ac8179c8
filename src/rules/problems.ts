import { OptionsError } from '../errors/options-error.js'
import type { Warning } from '../spec/plan.js'
import type { RuleSource } from '../spec/rules.js'

/** A mistake in a file with rules. */
export interface Mistake {
  readonly line: number
  /** What is wrong, as it reads after the place: `"/a" has no destination`. */
  readonly message: string
  /** What to do, in a sentence. */
  readonly hint: string
}

/** Thrown by parsers of one file. */
export class MistakeError extends Error {
  override readonly name = 'MistakeError'
  readonly mistake: Mistake

  constructor(line: number, message: string, hint: string) {
    super(message)
    this.mistake = { line, message, hint }
  }
}

/** The error for the mistakes in a file: all are named, the first one tells what to do. */
export function rulesInvalid(file: string, mistakes: readonly Mistake[]): OptionsError {
  const shown = mistakes.slice(0, 5).map(({ line, message }) => `${file}, line ${line}: ${message}`)
  const more = mistakes.length > shown.length ? ` There are ${mistakes.length - shown.length} more.` : ''
  return new OptionsError({
    code: 'rules-invalid',
    message: `${shown.join('. ')}.${more}`,
    hint: `${mistakes[0]?.hint ?? ''} Nothing was published.`,
    details: { file, mistakes: mistakes.slice(0, 20) },
  })
}

/** A warning about a line. */
export function ruleWarning(source: RuleSource, message: string, hint: string): Warning {
  return { code: 'rule-ineffective', message: `${source.file}, line ${source.line}: ${message}.`, hint }
}
