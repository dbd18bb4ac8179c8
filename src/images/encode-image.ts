import type { EncodeTask } from './codecs.js'
import { shrinkJpeg } from './jpeg.js'
import { shrinkPng } from './png.js'

/** @returns `undefined` where the image is to stay as it is */
export async function encodeImage(task: EncodeTask): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { kind, bytes, quality, codecs } = task
  if (kind === 'png') return shrinkPng(bytes, codecs[0])
  return quality === undefined ? undefined : shrinkJpeg(bytes, quality, codecs)
}
