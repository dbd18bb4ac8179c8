import { inflateSync } from 'fflate'

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string
  /** Bytes, once unpacked. */
  readonly size: number
  /** Unpacks the file into memory of its own. Throws when the archive is damaged. */
  read(): Uint8Array<ArrayBuffer>
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endLength = 22
const longestComment = 0xffff
const unix = [3, 19]
const fileTypeMask = 0o170000
const symbolicLink = 0o120000
const stored = 0
const deflated = 8

/**
 * The regular files of a zip archive by its central directory, which alone tells links from files; `undefined` for an
 * archive that is none or that needs ZIP64. Links, folders and encrypted files are passed over.
 * Source of the layout: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.
 */
export function zipEntries(zip: Uint8Array): Map<string, ZipEntry> | undefined {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const end = findEnd(view)
  if (end === undefined) return undefined
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count === 0xffff || at === 0xffffffff) return undefined

  const decoder = new TextDecoder()
  const entries = new Map<string, ZipEntry>()
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== entrySignature) return undefined
    const nameLength = view.getUint16(at + 28, true)
    const name = decoder.decode(zip.subarray(at + 46, at + 46 + nameLength))
    const mode = unix.includes(view.getUint8(at + 5)) ? view.getUint16(at + 40, true) : 0
    const encrypted = view.getUint16(at + 8, true) & 1
    if (!encrypted && !name.endsWith('/') && (mode & fileTypeMask) !== symbolicLink) {
      const method = view.getUint16(at + 10, true)
      const packed = view.getUint32(at + 20, true)
      const size = view.getUint32(at + 24, true)
      const offset = view.getUint32(at + 42, true)
      entries.set(name, { name, size, read: () => unpack(zip, view, { method, packed, size, offset }) })
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - endLength - longestComment)
  for (let at = view.byteLength - endLength; at >= lowest; at -= 1) {
    // a comment may hold the signature too, but then not its own length
    const closes = at + endLength + view.getUint16(at + 20, true) === view.byteLength
    if (closes && view.getUint32(at, true) === endSignature) return at
  }
  return undefined
}

interface Place {
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

function unpack(zip: Uint8Array, view: DataView, { method, packed, size, offset }: Place): Uint8Array<ArrayBuffer> {
  if (view.getUint32(offset, true) !== localSignature) throw new Error('The archive has no file where it lists one.')
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  const body = zip.subarray(start, start + packed)
  // new memory, as a part of the archive would keep all of it alive
  const bytes = method === stored ? new Uint8Array(body) : new Uint8Array(size)
  if (method === deflated && size > 0) {
    const unpacked = inflateSync(body, { out: bytes })
    if (unpacked.length !== size) throw new Error('A file of the archive is shorter than the archive says.')
  }
  if (bytes.length !== size || (method !== stored && method !== deflated)) {
    throw new Error('The archive is packed in a way that is not understood.')
  }
  return bytes
}
