/**
 * Reads and writes the part of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) that a snapshot of files
 * uses: maps, strings, binaries, booleans, nil.
 */
export type Packed = { [name: string]: Packed } | string | Uint8Array | boolean | null

/** Encodes a value. */
export function encodeMessagePack(value: Packed): Uint8Array {
  const parts: Uint8Array[] = []
  const write = (item: Packed): void => {
    if (item === null) parts.push(Uint8Array.of(0xc0))
    else if (typeof item === 'boolean') parts.push(Uint8Array.of(item ? 0xc3 : 0xc2))
    else if (typeof item === 'string') {
      const bytes = Buffer.from(item)
      parts.push(head(0xdb, bytes.length), bytes)
    } else if (item instanceof Uint8Array) parts.push(head(0xc6, item.length), item)
    else {
      const members = Object.entries(item)
      parts.push(head(0xdf, members.length))
      for (const [name, member] of members) {
        write(name)
        write(member)
      }
    }
  }
  write(value)
  return new Uint8Array(Buffer.concat(parts))
}

/**
 * Decodes a value.
 * @throws RangeError when the bytes end early, and Error for a type that a snapshot does not use.
 */
export function decodeMessagePack(bytes: Uint8Array): Packed {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  const number = (size: 1 | 2 | 4): number => {
    offset += size
    return source.readUIntBE(offset - size, size)
  }
  const take = (length: number): Buffer => {
    offset += length
    if (offset > source.length) throw new RangeError('The snapshot ends early')
    return source.subarray(offset - length, offset)
  }
  const map = (count: number): Packed => {
    const members: { [name: string]: Packed } = Object.create(null)
    for (let index = 0; index < count; index++) {
      const name = read()
      if (typeof name !== 'string') throw new Error('A name in the snapshot is not a string')
      members[name] = read()
    }
    return members
  }
  const read = (): Packed => {
    const type = number(1)
    if (type >= 0x80 && type <= 0x8f) return map(type - 0x80)
    if (type >= 0xa0 && type <= 0xbf) return take(type - 0xa0).toString()
    if (type === 0xc0) return null
    if (type === 0xc2 || type === 0xc3) return type === 0xc3
    if (type >= 0xc4 && type <= 0xc6) return new Uint8Array(take(number(size(type - 0xc4))))
    if (type >= 0xd9 && type <= 0xdb) return take(number(size(type - 0xd9))).toString()
    if (type === 0xde || type === 0xdf) return map(number(size(type - 0xdd)))
    throw new Error(`The snapshot holds a value of type 0x${type.toString(16)}`)
  }
  return read()
}

function size(power: number): 1 | 2 | 4 {
  return power === 0 ? 1 : power === 1 ? 2 : 4
}

function head(type: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt8(type)
  bytes.writeUInt32BE(length, 1)
  return bytes
}
