import { imageOptimizer } from '../../src/images/index.js'

/** What became of a large image, and what it did to the page. */
export interface Shrunk {
  readonly before: number
  readonly after: number
  readonly samePixels: boolean
  /** Milliseconds of each task that held the main thread for 50 or more while the image was encoded. */
  readonly longTasks: readonly number[]
  /** Whether such a task would have been seen. */
  readonly seesLongTasks: boolean
  readonly isolated: boolean
}

/** What tests call in the page. */
export interface ImagesPage {
  shrinkLarge(): Promise<Shrunk>
  /** Encodes a photograph at half the quality. */
  shrinkPhotograph(): Promise<{ readonly before: number; readonly after: number; readonly size: string }>
  /** @returns the reason with which an image that was being encoded ended */
  shrinkAndAbort(): Promise<string>
}

declare global {
  var imagesPage: ImagesPage
}

const [width, height] = [1000, 700]

async function paintLarge(type = 'image/png'): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, height)
  const context = contextOf(canvas)
  const fill = context.createLinearGradient(0, 0, width, height)
  for (const [place, color] of ['#123', '#f63', '#2a9', '#fff'].entries()) fill.addColorStop(place / 3, color)
  context.fillStyle = fill
  context.fillRect(0, 0, width, height)
  context.font = '20px sans-serif'
  context.fillStyle = '#000'
  for (let line = 0; line < 40; line += 1) context.fillText('a large image with words '.repeat(8), line, line * 22)
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality: 1 })).arrayBuffer())
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('there is no canvas')
  return context
}

async function pixelsOf(png: Uint8Array<ArrayBuffer>): Promise<Uint8ClampedArray> {
  const context = contextOf(new OffscreenCanvas(width, height))
  context.drawImage(await createImageBitmap(new Blob([png], { type: 'image/png' })), 0, 0)
  return context.getImageData(0, 0, width, height).data
}

/** Tasks are told of a moment after they ended. */
const settle = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))

globalThis.imagesPage = {
  async shrinkLarge() {
    const png = await paintLarge()
    await settle()
    const tasks: number[] = []
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
    observer.observe({ type: 'longtask' })
    const work = imageOptimizer().open(new AbortController().signal)
    const smaller = (await work.shrink('large.png', png.slice())) ?? png
    work.close()
    await settle()
    const longTasks = [...tasks]
    const until = performance.now() + 80
    while (performance.now() < until);
    await settle()
    observer.disconnect()
    const [one, other] = [await pixelsOf(png), await pixelsOf(smaller)]
    const samePixels = one.every((value, place) => value === other[place])
    const seesLongTasks = tasks.length > longTasks.length
    return {
      ...{ before: png.length, after: smaller.length, samePixels, longTasks, seesLongTasks },
      isolated: crossOriginIsolated,
    }
  },
  async shrinkPhotograph() {
    const jpeg = await paintLarge('image/jpeg')
    const work = imageOptimizer({ quality: 50 }).open(new AbortController().signal)
    const smaller = (await work.shrink('large.jpg', jpeg.slice())) ?? jpeg
    work.close()
    const { width, height } = await createImageBitmap(new Blob([smaller], { type: 'image/jpeg' }))
    return { before: jpeg.length, after: smaller.length, size: `${width}x${height}` }
  },
  async shrinkAndAbort() {
    const control = new AbortController()
    const work = imageOptimizer().open(control.signal)
    const ended = work.shrink('large.png', await paintLarge()).then(String, String)
    control.abort('left')
    return ended
  },
}
