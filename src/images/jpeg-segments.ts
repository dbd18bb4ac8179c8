/** What stands in a JPEG around its picture. */
export interface JpegFile {
  /** Whether it is one picture of eight bits in grey or three colours, so that nothing of it is lost but detail. */
  readonly isPlain: boolean
  /** Its colour profile, EXIF and notes, as they stand in the file. */
  readonly kept: readonly Uint8Array<ArrayBuffer>[]
}

const marker = {
  jfif: 0xe0,
  extra: 0xe2,
  credentials: 0xeb,
  adobe: 0xee,
  note: 0xfe,
  scan: 0xda,
  start: 0xd8,
  end: 0xd9,
}
/** Baseline, extended and progressive: what everything reads. */
const frames = new Set([0xc0, 0xc1, 0xc2])

/** @throws Error for what is no complete JPEG */
export function readJpeg(bytes: Uint8Array<ArrayBuffer>): JpegFile {
  const incomplete = () => new Error('it is no complete JPEG')
  if (bytes[0] !== 0xff || bytes[1] !== marker.start) throw incomplete()
  // A decoder fills up what is cut off with grey.
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== marker.end) throw incomplete()
  const kept: Uint8Array<ArrayBuffer>[] = []
  let isPlain = false
  let place = 2
  for (;;) {
    const [mark, kind, high, low] = bytes.subarray(place, place + 4)
    if (mark !== 0xff || kind === undefined || high === undefined || low === undefined) throw incomplete()
    if (kind === marker.scan) return { isPlain, kept }
    const segment = bytes.subarray(place, place + 2 + high * 256 + low)
    const isNote = (kind > marker.jfif && kind <= 0xef && kind !== marker.adobe) || kind === marker.note
    if (frames.has(kind)) isPlain = segment[4] === 8 && (segment[9] === 1 || segment[9] === 3)
    // Further pictures below the first one, and signatures, which a change would break.
    const isMore = kind === marker.extra && String.fromCharCode(...segment.subarray(4, 8)) === 'MPF\0'
    if (isMore || kind === marker.credentials) return { isPlain: false, kept: [] }
    if (isNote) kept.push(segment)
    place += segment.length
  }
}

/** The segments behind the start of a JPEG that has none, and behind its JFIF header. */
export function withSegments(
  jpeg: Uint8Array<ArrayBuffer>,
  segments: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const header = jpeg[3] === marker.jfif ? 4 + (jpeg[4] ?? 0) * 256 + (jpeg[5] ?? 0) : 2
  const length = segments.reduce((sum, segment) => sum + segment.length, jpeg.length)
  const whole = new Uint8Array(length)
  let place = 0
  for (const part of [jpeg.subarray(0, header), ...segments, jpeg.subarray(header)]) {
    whole.set(part, place)
    place += part.length
  }
  return whole
}
