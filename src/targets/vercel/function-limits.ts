import * as z from 'zod/mini'
import { BuildError } from '../../errors/build-error.js'

/** What a function's `.vc-config.json` says, as far as it is looked at. */
export interface FunctionSettings {
  readonly runtime?: string | undefined
  /** The file to load. */
  readonly handler?: string | undefined
  readonly entrypoint?: string | undefined
  /** Files that are not in its folder: where they are in the project, by where the function sees them. */
  readonly filePathMap?: Readonly<Record<string, string>> | undefined
}

const text = z.optional(z.string())

export const functionSettings: z.ZodMiniType<FunctionSettings> = z.looseObject({
  runtime: text,
  handler: text,
  entrypoint: text,
  filePathMap: z.optional(z.record(z.string(), z.string())),
})

/** Bytes of all files of a function (docs, "Vercel Functions Limits": 250 MB, which is the limit of AWS Lambda). */
const mostBytes = 250 * 1024 * 1024

/**
 * Refuses a function that Vercel would refuse once everything is sent.
 * @param folder Its folder, which ends with `.func`.
 * @param files Sizes by path in the function.
 * @throws BuildError `function-invalid` or `function-too-large`
 */
export function checkFunction(folder: string, settings: FunctionSettings, files: ReadonlyMap<string, number>): void {
  const name = folder.replace(/^functions\//, '').replace(/\.func$/, '')
  const { runtime, handler, entrypoint } = settings
  if (!runtime) throw invalid(name, 'its .vc-config.json names no runtime')
  const entry = runtime === 'edge' ? (entrypoint ?? handler) : handler
  const isScript = runtime === 'edge' || runtime.startsWith('nodejs')
  if (isScript && (entry === undefined || !files.has(entry))) {
    throw invalid(name, `its .vc-config.json names ${entry ?? 'no file'} to load, which is not there`)
  }
  const size = [...files.values()].reduce((sum, one) => sum + one, 0)
  if (size > mostBytes) throw tooLarge(name, size)
}

/** The error for a Build Output tree that Vercel could not serve. */
export function incomplete(reason: string): BuildError {
  return new BuildError({
    code: 'output-incomplete',
    message: `What the build left in .vercel/output can't be published: ${reason}.`,
    hint: "Build again, and look whether the framework's adapter for Vercel is up to date.",
    details: { reason },
  })
}

function invalid(name: string, reason: string): BuildError {
  return new BuildError({
    code: 'function-invalid',
    message: `Vercel can't run the function ${name}: ${reason}.`,
    hint: "Name a runtime in the options of the framework's adapter, for example nodejs20.x, and build again.",
    details: { function: name, reason },
  })
}

function tooLarge(name: string, size: number): BuildError {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024)
  return new BuildError({
    code: 'function-too-large',
    message: `The function ${name} has ${megabytes(size)} MB; Vercel takes ${megabytes(mostBytes)} MB.`,
    hint: 'Let it import less, split it by route, or keep large files out of it with the options of the adapter.',
    details: { function: name, size, limit: mostBytes },
  })
}
