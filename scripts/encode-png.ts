import { crc32, deflateSync } from 'node:zlib'

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)
const bytesPerPixel = 3

/** Packs RGB pixels as a PNG file (https://www.w3.org/TR/png-3/). */
export function encodePng(pixels: Uint8Array, width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a channel, RGB, no interlacing.
  header.set([8, 2, 0, 0, 0], 8)
  const data = deflateSync(filterRows(pixels, width * bytesPerPixel, height), { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** Each row as its difference from the row above (filter 2), which suits soft gradients. */
function filterRows(pixels: Uint8Array, stride: number, height: number): Buffer {
  const filtered = Buffer.alloc((stride + 1) * height)
  for (let row = 0; row < height; row++) {
    const start = row * (stride + 1)
    filtered[start] = 2
    for (let index = 0; index < stride; index++) {
      const above = row === 0 ? 0 : (pixels[(row - 1) * stride + index] ?? 0)
      filtered[start + 1 + index] = ((pixels[row * stride + index] ?? 0) - above) & 255
    }
  }
  return filtered
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}
