/** A message between page and server: JSON, and beside it at most one run of bytes. */
export interface Frame {
  readonly message: unknown
  readonly bytes: Uint8Array | undefined
}

/** Packs a frame: the length of the JSON (32 bits, big end first), the JSON, the bytes. Without bytes nothing follows. */
export function encodeFrame(message: object, bytes?: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify({ ...message, hasBytes: bytes !== undefined }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text, bytes ?? Buffer.alloc(0)])
}

/** Unpacks a frame. @throws Error when it is none. */
export function decodeFrame(frame: Uint8Array): Frame {
  const data = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  const end = 4 + data.readUInt32BE(0)
  const message: unknown = JSON.parse(data.toString('utf8', 4, end))
  const hasBytes = typeof message === 'object' && message !== null && 'hasBytes' in message && message.hasBytes === true
  return { message, bytes: hasBytes ? new Uint8Array(data.subarray(end)) : undefined }
}
