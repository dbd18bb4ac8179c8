import { Z_FINISH, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibDeflate, zlibDeflateInit, zlibDeflateReset } from 'pako'

type Bytes = Uint8Array<ArrayBuffer>

/** Bytes of an object that are tried before all of it is deflated: images and archives hardly become smaller. */
const sample = 16 * 1024
/** Bytes that are deflated at once: a few milliseconds. */
const step = 128 * 1024
/** The most bytes of a block that is stored (RFC 1951, section 3.2.4). */
const mostStored = 65_535
/** Additions after which the sums of Adler-32 have to be reduced, before they leave what numbers hold exactly. */
const mostAdded = 3_800
/** Zlib's own choice between time and size, which git takes too. */
const level = 6

/** Writes objects as zlib packs them (RFC 1950). */
export interface ObjectDeflater {
  /**
   * One object, in pieces: between two of them, the page can have its turn. A piece is good until the next one is asked for. What
   * hardly becomes smaller is stored as it is.
   */
  deflate(bytes: Bytes): Iterable<Bytes>
}

/** A deflater for many objects, one after the other: 10,000 of them with tables of their own would be gigabytes to collect. */
export function createObjectDeflater(): ObjectDeflater {
  const stream = new ZStream()
  const output = new Uint8Array(64 * 1024)
  checked(zlibDeflateInit(stream, level), Z_OK)

  function* pack(bytes: Bytes): Generator<Bytes> {
    checked(zlibDeflateReset(stream), Z_OK)
    for (let start = 0; start === 0 || start < bytes.length; start += step) {
      stream.input = bytes.subarray(start, start + step)
      stream.next_in = 0
      stream.avail_in = stream.input.length
      const isLast = start + step >= bytes.length
      do {
        stream.output = output
        stream.next_out = 0
        stream.avail_out = output.length
        const status = zlibDeflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        checked(status, Z_OK, Z_STREAM_END)
        if (stream.next_out > 0) yield output.subarray(0, stream.next_out)
        if (status === Z_STREAM_END) return
      } while (stream.avail_out === 0 || isLast)
    }
  }

  return {
    deflate(bytes) {
      const isPacked = bytes.length > sample && sizeOf(pack(bytes.subarray(0, sample))) > sample * 0.95
      return isPacked ? stored(bytes) : pack(bytes)
    },
  }
}

function sizeOf(pieces: Iterable<Bytes>): number {
  let size = 0
  for (const { length } of pieces) size += length
  return size
}

function checked(status: number, ...wanted: readonly number[]): void {
  if (!wanted.includes(status)) throw new TypeError(`an object could not be deflated: zlib's status ${status}`)
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
