import * as z from 'zod/mini'
import { readContent } from '../artifacts/collect.js'
import { digestFile } from '../artifacts/digest.js'
import type { Artifact, ArtifactSet } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { ImageWork } from '../spec/image-optimizer.js'
import type { OptimizeStepOptions } from './optimize.js'
import type { SmallerSet } from './smaller-result.js'

const digest = z.string().check(z.regex(/^[0-9a-f]{40}$/))
const result = z.nullable(z.object({ sha1: digest, oid: digest, size: z.number() }))
const knownSchema = z.record(digest, result)

/** What an image became; `null`: it stays as it is. */
type Result = z.infer<typeof result>

/** Results that are remembered, those that are used now before all others. */
const most = 2000
/** Files that one warning names. */
const mostNamed = 5

/**
 * Makes each distinct image smaller once, several at a time, and puts the results into the store. What an earlier deployment made by the
 * same settings is taken from there. An image that can't be read stays as it is, with a warning.
 */
export async function optimizeImages(
  set: ArtifactSet,
  options: OptimizeStepOptions,
  context: Context,
): Promise<SmallerSet> {
  const { optimizer, store } = options
  const images = await imagesOf(set, options)
  const key = `images ${optimizer.settings}`
  const known = new Map(Object.entries(z.safeParse(knownSchema, await context.cache.read(key)).data ?? {}))
  const lacking = new Set(await store.lacking([...known.values()].flatMap((one) => one?.sha1 ?? [])))
  const results = new Map<string, Result>()
  const distinct = new Map(images.map((image) => [image.sha1, image]))
  for (const sha1 of distinct.keys()) {
    const one = known.get(sha1)
    if (one !== undefined && !(one && lacking.has(one.sha1))) results.set(sha1, one)
  }
  const fresh = [...distinct.values()].filter(({ sha1 }) => !results.has(sha1))
  if (fresh.length > 0) {
    try {
      await encodeAll(fresh, results, options, context)
    } finally {
      const remembered = [...results, ...[...known].filter(([sha1]) => !results.has(sha1))].slice(0, most)
      await store.flush()
      await context.cache.write(key, Object.fromEntries(remembered))
    }
  }
  return withResults(set, images, results, options, context)
}

/** The images that visitors get: what else a host's own form holds belongs to functions. */
async function imagesOf(set: ArtifactSet, { optimizer, targets }: OptimizeStepOptions): Promise<Artifact[]> {
  const images = set.artifacts.filter(({ path, mode, size }) => mode !== '120000' && size > 0 && optimizer.takes(path))
  const host = set.host && targets.find(({ output }) => output?.host === set.host)
  const served = host?.served && new Set((await host.served(set.artifacts, set)).map(({ sha1 }) => sha1))
  return served ? images.filter(({ sha1 }) => served.has(sha1)) : images
}

async function encodeAll(
  images: readonly Artifact[],
  results: Map<string, Result>,
  { optimizer, store }: OptimizeStepOptions,
  context: Context,
): Promise<void> {
  const { signal } = context
  const problems: string[] = []
  const waiting = images.values()
  let done = 0

  async function encodeSome(work: ImageWork): Promise<void> {
    for (const { path, sha1, read } of waiting) {
      const bytes = await read()
      const smaller = await work.shrink(path, bytes).catch((thrown: unknown) => {
        signal.throwIfAborted()
        problems.push(`${path} (${thrown instanceof Error ? thrown.message : 'it could not be read'})`)
        return 'failed' as const
      })
      signal.throwIfAborted()
      if (smaller === undefined) results.set(sha1, null)
      else if (smaller !== 'failed') {
        const digests = await digestFile(smaller)
        const { length: size } = smaller
        await store.put(digests.sha1, smaller)
        results.set(sha1, { ...digests, size })
      }
      done += 1
      context.progress(done, images.length, 'files')
    }
  }

  const work = optimizer.open(signal)
  try {
    await Promise.all(Array.from({ length: Math.max(1, work.width) }, () => encodeSome(work)))
  } finally {
    work.close()
  }
  if (problems.length > 0) context.report({ type: 'warning', ...keptWarning(problems.sort()) })
}

function keptWarning(problems: readonly string[]) {
  const more = problems.length > mostNamed ? ` and ${problems.length - mostNamed} more` : ''
  return {
    code: 'images-kept',
    message: `Published as they are, because they could not be made smaller: ${problems.slice(0, mostNamed).join(', ')}${more}.`,
    hint: 'Look at whether they open elsewhere; where none was made smaller, whether the page can load the codecs.',
  }
}

/** The set with the results in place of what they were made from, and what that saved. */
function withResults(
  set: ArtifactSet,
  images: readonly Artifact[],
  results: ReadonlyMap<string, Result>,
  { store }: OptimizeStepOptions,
  context: Context,
): SmallerSet {
  const chosen = new Set(images.map(({ path }) => path))
  let [files, before, after] = [0, 0, 0]
  const artifacts = set.artifacts.map((artifact): Artifact => {
    const made = chosen.has(artifact.path) ? results.get(artifact.sha1) : undefined
    if (!made) return artifact
    files += 1
    before += artifact.size
    after += made.size
    return { ...artifact, ...made, read: () => readContent(store, made.sha1, artifact.path) }
  })
  const saved = { files, before, after, skipped: images.length - files }
  context.report({ type: 'files-optimize', ...saved })
  return { ...set, artifacts, size: set.size - before + after, saved }
}
