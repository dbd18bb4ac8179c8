import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of an archive. Names use `/`; a folder's name ends with it. */
export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array
  /** Unix mode with the type of the file in it, for example `0o100644`. */
  readonly mode: number
}

/** Flag 11: names are UTF-8. */
const utf8Names = 0x0800
/** 1980-01-01, the first day that the format knows: archives of the same files are the same bytes. */
const date = 0x0021

/**
 * Packs entries as a zip archive (PKWARE's APPNOTE 6.3; neither Zip64 nor encryption).
 * @throws Error when there are more than 65,535 entries.
 */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  if (entries.length > 0xffff) throw new Error(`EFBIG: ${entries.length} files do not fit into a zip archive`)
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const deflated = deflateRawSync(entry.content, { level: 1 })
    const stored = deflated.length >= entry.content.length
    const data = stored ? entry.content : deflated
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(utf8Names, 2)
    common.writeUInt16LE(stored ? 0 : 8, 4)
    common.writeUInt16LE(date, 8)
    common.writeUInt32LE(crc32(entry.content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(entry.content.length, 18)
    common.writeUInt16LE(name.length, 22)
    parts.push(signature(0x04034b50), common, name, data)

    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((entry.mode << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    // Made by Unix, so that readers honour the mode.
    directory.push(signature(0x02014b50), Buffer.from([20, 3]), common, rest, name)
    offset += 30 + name.length + data.length
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directorySize, 8)
  end.writeUInt32LE(offset, 12)
  return new Uint8Array(Buffer.concat([...parts, ...directory, signature(0x06054b50), end]))
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
