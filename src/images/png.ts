import loadOxipng, { optimise } from '@jsquash/oxipng/codec/pkg/squoosh_oxipng.js'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** OxiPNG's own default; more takes many times as long for about a hundredth. */
const level = 2
/** Chunks of animations, and of content credentials, whose signature would be broken. */
const untouched = new Set(['acTL', 'caBX'])

/**
 * Packs a PNG better, without loss, and keeps its colour profile, orientation and notes. The package's own entry would use as many
 * threads as there are, which ask for workers of their own; its codec for one thread gives the same bytes everywhere.
 * @throws Error for what is no complete PNG
 */
export async function shrinkPng(
  bytes: Uint8Array<ArrayBuffer>,
  codec: WebAssembly.Module | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (chunksOf(bytes).some((name) => untouched.has(name))) return undefined
  await loadOxipng(codec)
  const packed = optimise(bytes, level, false, false)
  return packed.length < bytes.length ? new Uint8Array(packed) : undefined
}

/** The names of the chunks, in their order. */
function chunksOf(bytes: Uint8Array<ArrayBuffer>): string[] {
  const incomplete = () => new Error('it is no complete PNG')
  if (signature.some((byte, index) => bytes[index] !== byte)) throw incomplete()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const names: string[] = []
  let place = signature.length
  while (names.at(-1) !== 'IEND') {
    if (place + 12 > bytes.length) throw incomplete()
    names.push(String.fromCharCode(...bytes.subarray(place + 4, place + 8)))
    place += 12 + view.getUint32(place)
  }
  if (place > bytes.length) throw incomplete()
  return names
}
