import { readFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import decodeJpeg, { init as initJpegDecoder } from '@jsquash/jpeg/decode.js'
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js'
import { init as initPngDecoder, default as readPng } from '@jsquash/png/decode.js'
import { codecFiles } from '../../src/images/codecs.js'

/** A picture before it is encoded. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** A chunk of a PNG. */
export type Chunk = readonly [name: string, data: Uint8Array]

/** Compiles a codec as Node has it. */
export async function loadCodec(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(new URL(`../../node_modules/${file}`, import.meta.url)))
}

/** A photograph as it came from a tool that packs badly. */
export const harbour: Uint8Array<ArrayBuffer> = new Uint8Array(
  readFileSync(new URL('../../examples/project/src/assets/harbour.png', import.meta.url)),
)

/** Waves of colour; `grain` makes them harder to pack. */
export function paint(width: number, height: number, grain = 0): Picture {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let place = 0; place < data.length; place += 4) {
    const [x, y] = [(place / 4) % width, Math.floor(place / 4 / width)]
    const noise = ((x * 7919 + y * 104_729) % 101) * grain
    data.set([128 + 100 * Math.sin(x / 17) + noise, 128 + 100 * Math.cos(y / 23), (x + y) % 256, 255], place)
  }
  return { width, height, data }
}

/** A PNG with further chunks before its picture, packed as badly as one can. */
export function makePng({ width, height, data }: Picture, chunks: readonly Chunk[] = []): Uint8Array<ArrayBuffer> {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0])
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  const rows = Buffer.alloc(height * (1 + width * 4))
  for (let y = 0; y < height; y += 1)
    rows.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * (1 + width * 4) + 1)
  const all: Chunk[] = [
    ['IHDR', header],
    ...chunks,
    ['IDAT', deflateSync(rows, { level: 1 })],
    ['IEND', Buffer.alloc(0)],
  ]
  return new Uint8Array(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...all.map(pack)]))
}

function pack([name, data]: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

/** The chunks of a PNG but those of the picture itself. */
export function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png)
  const chunks: Chunk[] = []
  for (let place = 8; place < bytes.length; ) {
    const length = bytes.readUInt32BE(place)
    const name = bytes.toString('latin1', place + 4, place + 8)
    if (!['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(name))
      chunks.push([name, new Uint8Array(bytes.subarray(place + 8, place + 8 + length))])
    place += length + 12
  }
  return chunks
}

/** A JPEG with further segments behind its header. */
export async function makeJpeg(
  picture: Picture,
  quality: number,
  segments: readonly Uint8Array[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  await initJpegEncoder((await loadCodec(codecFiles.jpeg[1] ?? '')) as never)
  const jpeg = Buffer.from(await encodeJpeg({ ...picture, colorSpace: 'srgb' } as ImageData, { quality }))
  const header = 4 + jpeg.readUInt16BE(4)
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, header), ...segments, jpeg.subarray(header)]))
}

/** A segment of a JPEG. */
export function segment(kind: number, data: string): Uint8Array {
  return Buffer.from([0xff, kind, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...Buffer.from(data, 'latin1')])
}

/** EXIF that says that the picture is to be turned by a quarter. */
export const turned: Uint8Array = segment(
  0xe1,
  `Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0`,
)

/** The pixels of a PNG, read by a codec that had no part in making it. */
export async function pixelsOfPng(png: Uint8Array<ArrayBuffer>): Promise<Picture> {
  await initPngDecoder((await loadCodec('@jsquash/png/codec/pkg/squoosh_png_bg.wasm')) as never)
  return readPng(png.slice().buffer)
}

/** The pixels of a JPEG, as they are stored. */
export async function pixelsOfJpeg(jpeg: Uint8Array<ArrayBuffer>): Promise<Picture> {
  await initJpegDecoder((await loadCodec(codecFiles.jpeg[0] ?? '')) as never)
  return decodeJpeg(jpeg.slice().buffer, { preserveOrientation: false })
}

/** How far two pictures are from each other, as the mean of all differences, from 0 to 255. */
export function distance(one: Picture, other: Picture): number {
  if (one.width !== other.width || one.height !== other.height) return 255
  return one.data.reduce((sum, value, place) => sum + Math.abs(value - (other.data[place] ?? 0)), 0) / one.data.length
}
