import { sha1Stream } from '../../toolkit/sha1-stream.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { createObjectDeflater } from './deflate-object.js'
import type { ObjectType } from './git-objects.js'

/** An object on its way into a pack. */
export interface PackObject {
  readonly type: ObjectType
  readonly bytes: Uint8Array<ArrayBuffer>
}

const typeNumbers: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 }
/** Bytes that are collected in memory before the browser takes them, which may keep them on disk. */
const flushAt = 1024 * 1024

/**
 * Writes a pack (gitformat-pack, version 2) of whole objects, without deltas. Memory holds one object and a megabyte of the
 * pack: the rest is in the blob, which browsers keep outside of the page. It is hashed as it is written: WebCrypto would need it
 * as a whole.
 * @param count How many objects there are: the pack begins with it.
 * @throws TypeError where there were more or fewer.
 */
export async function writePack(
  objects: AsyncIterable<PackObject> | Iterable<PackObject>,
  count: number,
): Promise<Blob> {
  const pause = createPacer()
  const deflater = createObjectDeflater()
  const pack = hashedBlob()
  pack.add(packHeader(count))
  let written = 0
  for await (const { type, bytes } of objects) {
    pack.add(objectHeader(type, bytes.length))
    for (const piece of deflater.deflate(bytes)) {
      pack.add(piece)
      await pause()
    }
    written += 1
  }
  if (written !== count) throw new TypeError(`a pack of ${count} objects was given ${written}`)
  return pack.end()
}

/** A blob that is hashed while it is written. What is added is copied: its memory may be used again. */
function hashedBlob(): { add(chunk: Uint8Array<ArrayBuffer>): void; end(): Blob } {
  const hash = sha1Stream()
  const parts: Blob[] = []
  const buffer = new Uint8Array(flushAt)
  let held = 0
  const flush = (): void => {
    if (held > 0) parts.push(new Blob([buffer.subarray(0, held)]))
    held = 0
  }
  return {
    add(chunk) {
      hash.add(chunk)
      for (let rest = chunk; rest.length > 0; ) {
        const part = rest.subarray(0, buffer.length - held)
        buffer.set(part, held)
        held += part.length
        rest = rest.subarray(part.length)
        if (held === buffer.length) flush()
      }
    },
    end() {
      flush()
      return new Blob([...parts, hash.digest()])
    },
  }
}

function packHeader(count: number): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(12))
  header.setUint32(0, 0x5041434b) // PACK
  header.setUint32(4, 2)
  header.setUint32(8, count)
  return new Uint8Array(header.buffer)
}

/** Type and size, seven bits a byte after the first (gitformat-pack, "Object entries"). */
function objectHeader(type: ObjectType, size: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  let byte = (typeNumbers[type] << 4) | (size & 15)
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80)
    byte = rest & 0x7f
  }
  bytes.push(byte)
  return Uint8Array.from(bytes)
}
