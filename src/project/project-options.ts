import * as z from 'zod/mini'
import type { ProjectOptions } from '../spec/project.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { insideRoot } from './paths.js'

type WithUndefined<Fields> = { readonly [Name in keyof Fields]: Fields[Name] | undefined }

const text = z.string('text').check(z.minLength(1, 'text that is not empty'))
const command = z.optional(z.nullable(text))

const folder = z.optional(
  z.pipe(
    text.check(
      z.refine(
        (path) => !path.startsWith('/') && !path.includes('\0') && insideRoot(path) !== undefined,
        'a folder below the project, written relative to it',
      ),
    ),
    z.transform((path) => insideRoot(path) ?? '.'),
  ),
)

const schema = z.strictObject({
  root: folder,
  packageManager: z.optional(z.enum(['npm', 'pnpm', 'yarn', 'bun'], 'npm, pnpm, yarn or bun')),
  framework: z.optional(text),
  installCommand: command,
  buildCommand: command,
  outputDirectory: folder,
})

/**
 * Parses what a caller fixes about its project, and drops what is `undefined`. Folders come back without `.` and `..`.
 * @throws OptionsError `options-invalid`, naming every wrong field.
 */
export function parseProjectOptions(options: unknown): ProjectOptions {
  const parsed: WithUndefined<ProjectOptions> = parseOptions(schema, options, 'project')
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined))
}
