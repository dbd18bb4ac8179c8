import { OptionsError } from '../errors/options-error.js'
import type { Artifact } from '../spec/artifact.js'
import { createPacer } from './yield-to-page.js'

/** Bytes that are worked on in one go, so that the page can answer in between. */
const slice = 64 * 1024
/** Where the format without ZIP64 ends (PKWARE's APPNOTE.TXT 6.3.10, section 4.4.1.4). */
const most = { files: 0xffff - 1, bytes: 0xffff_ffff - 1 }
/** The first day that the format knows: an archive of the same files is the same archive. */
const firstDay = 0x21
const inUtf8 = 0x800
const method = { stored: 0, deflated: 8 }
/** Smaller files travel as they are: a compressor for each would take longer than their bytes. */
const leastDeflated = 32 * 1024
const modes = { '100644': 0o100644, '100755': 0o100755, '120000': 0o120777 } as const

/**
 * Packs files into a zip archive, one after the other and in slices, with the modes and links that they have.
 * @param onFile Told how many are packed.
 * @throws OptionsError `source-too-large` for more than the format holds
 */
export async function zipArtifacts(
  artifacts: readonly Artifact[],
  { signal, onFile }: { readonly signal: AbortSignal; readonly onFile?: (done: number) => void },
): Promise<Blob> {
  const size = artifacts.reduce((sum, artifact) => sum + artifact.size, 0)
  if (artifacts.length > most.files || size > most.bytes) throw tooLarge(artifacts.length, size)
  const pace = createPacer()
  const parts: BlobPart[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const [index, artifact] of artifacts.entries()) {
    signal.throwIfAborted()
    const bytes = await artifact.read()
    const crc = await checksum(bytes, pace)
    const packed = bytes.length < leastDeflated ? undefined : await deflate(bytes)
    const name = new TextEncoder().encode(artifact.path)
    const length = packed?.size ?? bytes.length
    const common = { crc, method: packed ? method.deflated : method.stored, packed: length, size: bytes.length, name }
    parts.push(header(common), name, packed ?? bytes)
    directory.push(entry(common, { offset, mode: modes[artifact.mode] }), name)
    offset += 30 + name.length + length
    onFile?.(index + 1)
    await pace()
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0)
  return new Blob([...parts, ...directory, end(artifacts.length, length, offset)], { type: 'application/zip' })
}

interface Packed {
  readonly crc: number
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly name: Uint8Array
}

/** Section 4.3.7. */
function header({ crc, method, packed, size, name }: Packed): Uint8Array<ArrayBuffer> {
  return fields(
    [4, 0x04034b50],
    [2, 20],
    [2, inUtf8],
    [2, method],
    [2, 0],
    [2, firstDay],
    [4, crc],
    [4, packed],
    [4, size],
    [2, name.length],
    [2, 0],
  )
}

/** Section 4.3.12; `3 << 8`: made on Unix, so that the mode counts. */
function entry(
  { crc, method, packed, size, name }: Packed,
  { offset, mode }: { readonly offset: number; readonly mode: number },
): Uint8Array<ArrayBuffer> {
  return fields(
    [4, 0x02014b50],
    [2, (3 << 8) | 20],
    [2, 20],
    [2, inUtf8],
    [2, method],
    [2, 0],
    [2, firstDay],
    [4, crc],
    [4, packed],
    [4, size],
    [2, name.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, mode * 0x10000],
    [4, offset],
  )
}

/** Section 4.3.16. */
function end(count: number, length: number, offset: number): Uint8Array<ArrayBuffer> {
  return fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset], [2, 0])
}

function fields(...all: readonly (readonly [width: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(all.reduce((sum, [width]) => sum + width, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [width, value] of all) {
    if (width === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += width
  }
  return bytes
}

/** The browser's own compressor, fed in slices. */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  let at = 0
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + slice))
      at += slice
    },
  })
  return new Response(source.pipeThrough(new CompressionStream('deflate-raw'))).blob()
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

/** CRC-32 as the format wants it (section 4.4.7). */
async function checksum(bytes: Uint8Array, pace: () => Promise<void>): Promise<number> {
  let crc = 0xffffffff
  for (let at = 0; at < bytes.length; at += slice) {
    for (const byte of bytes.subarray(at, at + slice)) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
    await pace()
  }
  return (crc ^ 0xffffffff) >>> 0
}

function tooLarge(files: number, size: number): OptionsError {
  return new OptionsError({
    code: 'source-too-large',
    message: `The source has ${files} files and ${Math.round(size / 1_000_000)} MB, more than one archive holds.`,
    hint: 'Leave large files out (files.exclude, .gitignore), or let the provider build from a linked repository.',
    details: { files, size },
  })
}
