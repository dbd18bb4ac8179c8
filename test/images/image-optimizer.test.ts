import { expect, it } from 'vitest'
import { type ImageOptimizerOptions, imageOptimizer } from '../../src/images/index.js'
import {
  chunksOf,
  distance,
  harbour,
  loadCodec,
  makeJpeg,
  makePng,
  paint,
  pixelsOfJpeg,
  pixelsOfPng,
  segment,
  turned,
} from '../support/made-images.js'

/** What becomes of one image. */
async function shrink(path: string, bytes: Uint8Array<ArrayBuffer>, options: ImageOptimizerOptions = {}) {
  const work = imageOptimizer({ loadCodec, ...options }).open(new AbortController().signal)
  try {
    return await work.shrink(path, bytes.slice())
  } finally {
    work.close()
  }
}

const chunk = (name: string, text: string) => [name, Buffer.from(text, 'latin1')] as const

it('packs a PNG better, with the same pixels', async () => {
  const smaller = await shrink('harbour.png', harbour)
  expect(smaller?.length).toBeLessThan(harbour.length * 0.7)
  expect(smaller && distance(await pixelsOfPng(smaller), await pixelsOfPng(harbour))).toBe(0)
})

it('makes the same bytes each time', async () => {
  const png = makePng(paint(120, 80, 0.2))
  const smaller = await shrink('wave.png', png)
  expect(smaller).toBeDefined()
  expect(await shrink('wave.png', png)).toEqual(smaller)
})

it('keeps the notes of a PNG: colours, orientation, author', async () => {
  const notes = [
    chunk('gAMA', '\0\0\xb1\x8f'),
    chunk('eXIf', 'MM\0*\0\0\0\x08\0\0\0\0\0\0'),
    chunk('tEXt', 'Copyright\0Acme'),
  ]
  const png = makePng(paint(120, 80), notes)
  const smaller = await shrink('wave.png', png)
  expect(smaller?.length).toBeLessThan(png.length)
  expect(smaller && chunksOf(smaller).map(([name, data]) => [name, Buffer.from(data)])).toEqual(notes)
  expect(smaller && distance(await pixelsOfPng(smaller), await pixelsOfPng(png))).toBe(0)
})

it.each([
  ['an animated PNG', 'acTL', '\0\0\0\x01\0\0\0\0'],
  ['a signed PNG', 'caBX', 'credentials'],
])('leaves %s alone', async (_what, name, data) => {
  expect(await shrink('wave.png', makePng(paint(120, 80), [chunk(name, data)]))).toBeUndefined()
})

it('leaves a PNG alone that would not get smaller', async () => {
  const smaller = await shrink('wave.png', makePng(paint(64, 64)))
  expect(smaller && (await shrink('wave.png', smaller))).toBeUndefined()
})

it('encodes a JPEG again only where a quality is given, and keeps its orientation and colours', async () => {
  const profile = segment(0xe2, 'ICC_PROFILE\0\x01\x01of the camera')
  const jpeg = await makeJpeg(paint(160, 120, 0.3), 98, [turned, profile])
  expect(imageOptimizer().takes('quay.jpg')).toBe(false)
  expect(imageOptimizer({ quality: 75 }).takes('quay.JPEG')).toBe(true)
  const smaller = await shrink('quay.jpg', jpeg, { quality: 75 })
  expect(smaller?.length).toBeLessThan(jpeg.length * 0.9)
  expect(Buffer.from(smaller ?? []).includes(Buffer.concat([turned, profile]))).toBe(true)
  expect(smaller && distance(await pixelsOfJpeg(smaller), await pixelsOfJpeg(jpeg))).toBeLessThan(8)
  expect(smaller && (await shrink('quay.jpg', smaller, { quality: 75 }))).toBeUndefined()
})

it.each([
  ['with more than one picture', segment(0xe2, 'MPF\0more')],
  ['that is signed', segment(0xeb, 'JP credentials')],
])('leaves a JPEG alone %s', async (_what, extra) => {
  expect(await shrink('quay.jpg', await makeJpeg(paint(160, 120, 0.3), 98, [extra]), { quality: 50 })).toBeUndefined()
})

it('says so where an image is cut off or none at all', async () => {
  const png = makePng(paint(120, 80))
  const jpeg = await makeJpeg(paint(160, 120), 90)
  await expect(shrink('a.png', png.subarray(0, -500))).rejects.toThrow('it is no complete PNG')
  await expect(shrink('a.png', new TextEncoder().encode('<html>'))).rejects.toThrow('it is no complete PNG')
  await expect(shrink('a.jpg', jpeg.subarray(0, -200), { quality: 50 })).rejects.toThrow('it is no complete JPEG')
  const broken = png.slice().fill(7, 900, 1000)
  await expect(shrink('a.png', broken)).rejects.toThrow()
  expect(await shrink('a.png', png)).toBeDefined()
})

it('asks again for a codec that could not be loaded', async () => {
  let tries = 0
  const work = imageOptimizer({
    loadCodec: async (file) => {
      tries += 1
      if (tries === 1) throw new Error('no network')
      return loadCodec(file)
    },
  }).open(new AbortController().signal)
  await expect(work.shrink('a.png', makePng(paint(120, 80)))).rejects.toThrow('no network')
  expect(await work.shrink('a.png', makePng(paint(120, 80)))).toBeDefined()
  expect(tries).toBe(2)
})
