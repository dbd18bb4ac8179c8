import decode, { init as loadDecoder } from '@jsquash/jpeg/decode.js'
import encode, { init as loadEncoder } from '@jsquash/jpeg/encode.js'
import { readJpeg, withSegments } from './jpeg-segments.js'

/** What is saved at least, as a part of the bytes: less is not worth a loss. */
const worthwhile = 0.1

/**
 * Encodes a JPEG at a quality. Its colour profile, orientation and notes stay.
 * @throws Error for what is no complete JPEG
 */
export async function shrinkJpeg(
  bytes: Uint8Array<ArrayBuffer>,
  quality: number,
  [decoder, encoder]: readonly WebAssembly.Module[],
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { isPlain, kept } = readJpeg(bytes)
  if (!isPlain) return undefined
  if (decoder && encoder) await Promise.all([loadDecoder(decoder), loadEncoder(encoder)])
  // The pixels as they are stored: the kept EXIF says how they are to be turned.
  const image = await decode(bytes.slice().buffer, { preserveOrientation: false })
  const encoded = withSegments(new Uint8Array(await encode(image, { quality })), kept)
  return encoded.length <= bytes.length * (1 - worthwhile) ? encoded : undefined
}
