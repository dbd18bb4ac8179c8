import { zlib } from '../../toolkit/deflate.js'
import { createPacer } from '../../toolkit/yield-to-page.js'

type Bytes = Uint8Array<ArrayBuffer>

/** Bytes from which the browser's own stream is quicker: it costs more than it saves before that. */
const large = 256 * 1024
/** Bytes of an object that are tried before all of it is deflated: images and archives hardly become smaller. */
const sample = 16 * 1024
/** The most bytes of a block that is stored (RFC 1951, section 3.2.4). */
const mostStored = 65_535
/** Additions after which the sums of Adler-32 have to be reduced, before they leave what numbers hold exactly. */
const mostAdded = 3_800

/**
 * An object as zlib packs it (RFC 1950), in pieces: between two of them, the page can have its turn. What hardly becomes smaller
 * is stored as it is.
 */
export function deflated(bytes: Bytes): Iterable<Bytes> | AsyncIterable<Bytes> {
  const isPacked = bytes.length > sample && zlib(bytes.subarray(0, sample)).length > sample * 0.95
  if (isPacked) return stored(bytes)
  return bytes.length < large ? [owned(zlib(bytes))] : streamed(bytes)
}

/** Chromium deflates on the thread of the page, and all at once that it is given at once: so it is given little. */
async function* streamed(bytes: Bytes): AsyncGenerator<Bytes> {
  const pause = createPacer()
  let at = 0
  const source = new ReadableStream<Bytes>({
    async pull(controller) {
      await pause()
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + mostStored))
      else controller.close()
      at += mostStored
    },
  })
  const reader = source.pipeThrough(new CompressionStream('deflate')).getReader()
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) if (value) yield value
}

function* stored(bytes: Bytes): Generator<Bytes> {
  yield Uint8Array.of(0x78, 0x01)
  let [one, two] = [1, 0]
  for (let start = 0; start < bytes.length; start += mostStored) {
    const block = bytes.subarray(start, start + mostStored)
    const head = new DataView(new ArrayBuffer(5))
    head.setUint8(0, Number(start + block.length === bytes.length))
    head.setUint16(1, block.length, true)
    head.setUint16(3, ~block.length & 0xffff, true)
    yield new Uint8Array(head.buffer)
    yield block
    for (let index = 0; index < block.length; ) {
      for (const end = Math.min(index + mostAdded, block.length); index < end; index += 1) {
        one += block[index] as number
        two += one
      }
      one %= 65_521
      two %= 65_521
    }
  }
  const sums = new DataView(new ArrayBuffer(4))
  sums.setUint16(0, two)
  sums.setUint16(2, one)
  yield new Uint8Array(sums.buffer)
}

/** fflate's types leave it open whose memory it is; it is never shared memory. */
function owned(bytes: Uint8Array): Bytes {
  return bytes as Bytes
}
