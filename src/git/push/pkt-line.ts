const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** One packet; `null` for those of 0 to 3, which end a list and have no content. */
export type Packet = Uint8Array<ArrayBuffer> | null

/** A packet with a text: four hexadecimal digits with the length, themselves counted (gitprotocol-common, "pkt-line"). */
export function pktLine(text: string): Uint8Array<ArrayBuffer> {
  const content = encoder.encode(text)
  const packet = new Uint8Array(content.length + 4)
  packet.set(encoder.encode((content.length + 4).toString(16).padStart(4, '0')))
  packet.set(content, 4)
  return packet
}

/** Ends a list. */
export const flushPacket: Uint8Array<ArrayBuffer> = encoder.encode('0000')
/** Ends a section of a request (gitprotocol-v2, "Packet-Line Framing"). */
export const delimiterPacket: Uint8Array<ArrayBuffer> = encoder.encode('0001')

/** The packets of an answer, without copies. @throws TypeError where the bytes are not whole packets. */
export function* packetsOf(bytes: Uint8Array<ArrayBuffer>): Generator<Packet> {
  for (let at = 0; at < bytes.length; ) {
    const digits = decoder.decode(bytes.subarray(at, at + 4))
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
    const end = at + Math.max(4, length)
    if (!(end <= bytes.length)) throw new TypeError(`no packet begins at byte ${at}`)
    yield length < 4 ? null : bytes.subarray(at + 4, end)
    at = end
  }
}

/** What a server sent side by side in one answer (gitprotocol-pack, "Packfile Data"). */
export interface SideBands {
  readonly data: Uint8Array<ArrayBuffer>
  /** Progress and hooks' words, in the order in which they came. */
  readonly messages: string
  /** What ended it, if something did. */
  readonly fatal: string | undefined
}

/** Takes the bands of an answer apart. */
export function readSideBands(packets: Iterable<Packet>): SideBands {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let messages = ''
  let fatal: string | undefined
  for (const packet of packets) {
    if (packet === null) continue
    const content = packet.subarray(1)
    if (packet[0] === 1) chunks.push(content)
    if (packet[0] === 2) messages += decoder.decode(content)
    if (packet[0] === 3) fatal = decoder.decode(content).trim()
  }
  return { data: joined(chunks), messages, fatal }
}

/** The chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** The text of a packet, without the line feed at its end. */
export function textOf(packet: Uint8Array): string {
  return decoder.decode(packet).replace(/\n$/, '')
}
