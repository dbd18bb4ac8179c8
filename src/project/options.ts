import * as z from 'zod/mini'
import { OptionsError } from '../errors/options-error.js'
import type { PackageManager, ProjectOptions } from '../spec/project.js'
import { insideRoot } from './paths.js'

/** The options after parsing: folders without `.` and `..` parts. */
export interface ParsedOptions {
  readonly root?: string | undefined
  readonly packageManager?: PackageManager | undefined
  readonly framework?: string | undefined
  readonly installCommand?: string | null | undefined
  readonly buildCommand?: string | null | undefined
  readonly outputDirectory?: string | undefined
}

const command = z.optional(z.nullable(z.string().check(z.minLength(1))))

const folder = z.optional(
  z.pipe(
    z.string().check(
      z.minLength(1),
      z.refine((path) => !path.startsWith('/') && !path.includes('\0') && insideRoot(path) !== undefined, {
        error: 'has to be a folder below the project, written relative to it',
      }),
    ),
    z.transform((path) => insideRoot(path) ?? '.'),
  ),
)

const schema: z.ZodMiniType<ParsedOptions> = z.object({
  root: folder,
  packageManager: z.optional(z.enum(['npm', 'pnpm', 'yarn', 'bun'])),
  framework: z.optional(z.string().check(z.minLength(1))),
  installCommand: command,
  buildCommand: command,
  outputDirectory: folder,
})

/**
 * Parses what a caller fixes about its project.
 * @throws OptionsError `options-invalid`, naming the field.
 */
export function parseOptions(options: ProjectOptions): ParsedOptions {
  const parsed = z.safeParse(schema, options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') || 'options'
  throw new OptionsError({
    code: 'options-invalid',
    message: `The option ${field} is not valid: ${issue?.message ?? 'wrong type'}.`,
    hint: `Correct ${field}; folders are relative to the project and stay inside it.`,
    details: { field },
  })
}
