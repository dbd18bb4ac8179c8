import { readContent } from '../artifacts/collect.js'
import { digestFile } from '../artifacts/digest.js'
import type { Artifact, ArtifactSet } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import { createPacer } from '../toolkit/yield-to-page.js'
import type { PrecompressOptions } from './precompress.js'
import type { SmallerSet } from './smaller-result.js'

const text = /\.(?:css|csv|geojson|html?|ics|js|json|ld|map|md|mjs|rss|svg|txt|vtt|wasm|webmanifest|xml)$/i
/** The name of each way in an address, and for the platform. */
const endings = { br: '.br', gzip: '.gz' } as const
const formats = { br: 'brotli', gzip: 'gzip' } as const
/** What is saved at least, as a part of the bytes. */
const worthwhile = 0.1

type Way = keyof typeof endings

/** The files with compressed ones beside those texts that get smaller by a tenth or more; none takes the place of a file that is there. */
export async function addCompressed(
  set: ArtifactSet,
  { ways, store }: PrecompressOptions,
  context: Context,
): Promise<SmallerSet> {
  const texts = set.artifacts.filter(({ path, mode, size }) => mode !== '120000' && size > 0 && text.test(path))
  const taken = new Set(set.artifacts.map(({ path }) => path))
  const usable = ways.filter(isKnown)
  const siblings: Artifact[] = []
  const shrunk = new Set<string>()
  const pause = createPacer()
  let [before, done] = [0, 0]
  for (const { path, size, read } of texts) {
    context.signal.throwIfAborted()
    const bytes = usable.length > 0 ? await read() : undefined
    for (const way of bytes ? usable : []) {
      const sibling = path + endings[way]
      if (!bytes || taken.has(sibling)) continue
      const packed = await compress(bytes, way)
      if (packed.length > size * (1 - worthwhile)) continue
      const digests = await digestFile(packed)
      const { length } = packed
      await store.put(digests.sha1, packed)
      const reading = () => readContent(store, digests.sha1, sibling)
      siblings.push({ path: sibling, size: length, mode: '100644', ...digests, read: reading })
      shrunk.add(path)
      before += size
    }
    done += 1
    context.progress(done, texts.length, 'files')
    await pause()
  }
  await store.flush()
  const after = siblings.reduce((sum, { size }) => sum + size, 0)
  const artifacts = [...set.artifacts, ...siblings].sort((one, other) =>
    one.path < other.path ? -1 : Number(one.path > other.path),
  )
  const saved = { files: siblings.length, before, after, skipped: texts.length - shrunk.size }
  return { ...set, artifacts, size: set.size + after, saved }
}

/** Not every browser packs Brotli. */
function isKnown(way: Way): boolean {
  try {
    formatStream(way)
    return true
  } catch (thrown) {
    if (thrown instanceof TypeError) return false
    throw thrown
  }
}

function formatStream(way: Way): CompressionStream {
  // The types of the platform don't know Brotli yet.
  return new CompressionStream(formats[way] as CompressionFormat)
}

async function compress(bytes: Uint8Array<ArrayBuffer>, way: Way): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(formatStream(way))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}
