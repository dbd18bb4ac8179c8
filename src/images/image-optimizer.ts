import * as z from 'zod/mini'
import type { ImageOptimizer } from '../spec/image-optimizer.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { codecFiles, kindOf } from './codecs.js'
import { startWork } from './start-work.js'

/** What {@link imageOptimizer} is told. */
export interface ImageOptimizerOptions {
  /**
   * From 1 to 100: photographs in JPEG are encoded again where that saves a tenth of their bytes or more, and lose what the quality
   * lets go. @default JPEG stays as it is
   */
  readonly quality?: number
  /**
   * Starts the worker, for bundlers that don't follow `new Worker(new URL(…, import.meta.url))`: it runs the module
   * `tabship/images/worker`. @default a module worker; the main thread where there are no workers, as in Node
   */
  readonly worker?: () => Worker
  /**
   * Loads a codec, by the path of its file below `node_modules`, such as `@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm`: for Node,
   * and for pages that keep such files elsewhere. @default fetched from beside the module that uses it
   */
  readonly loadCodec?: (file: string) => Promise<WebAssembly.Module>
}

const schema = z.strictObject({
  quality: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  worker: z.optional(z.custom<() => Worker>((value) => typeof value === 'function', 'a function')),
  loadCodec: z.optional(
    z.custom<(file: string) => Promise<WebAssembly.Module>>((value) => typeof value === 'function', 'a function'),
  ),
})

/**
 * Makes images smaller under the names that they have: PNG without loss (OxiPNG), and JPEG at a quality, if one is given (MozJPEG).
 * Colour profiles, EXIF and other notes stay; what is animated or signed, or has more in it than one picture, is left alone, and so is
 * what would not get smaller. WebP, AVIF and SVG are left to those who made them.
 *
 * Needs the packages `@jsquash/oxipng` and `@jsquash/jpeg`, which are loaded in a worker, and only where there is an image for them.
 *
 * A name that holds a digest of the content, such as `logo-4f2a.png`, keeps the one of the build, and browsers may keep such a file for
 * a year. The same image, settings and version of a codec give the same bytes; after a change of the settings, visitors may see what
 * they have kept until the build names the image anew.
 * @throws OptionsError `options-invalid`
 * @example deploy({ optimize: { images: imageOptimizer({ quality: 80 }) }, … })
 */
export function imageOptimizer(options: ImageOptimizerOptions = {}): ImageOptimizer {
  const { quality, worker, loadCodec } = parseOptions(schema, options, 'imageOptimizer')
  const loading = new Map<string, Promise<WebAssembly.Module>>()
  return {
    description: quality === undefined ? 'PNG without loss' : `PNG without loss, JPEG at quality ${quality}`,
    settings: `1 png ${quality === undefined ? '' : `jpeg ${quality}`}`.trim(),
    takes: (path) => {
      const kind = kindOf(path)
      return kind === 'png' || (kind === 'jpeg' && quality !== undefined)
    },
    open: (signal) =>
      startWork(
        {
          quality,
          startWorker: worker ?? defaultWorker(),
          loadCodecs: async (kind) => {
            if (!loadCodec) return []
            return Promise.all(
              codecFiles[kind].map((file) => {
                const codec = loading.get(file) ?? Promise.resolve(file).then(loadCodec)
                loading.set(file, codec)
                // One that could not be loaded is asked for again.
                codec.catch(() => loading.delete(file))
                return codec
              }),
            )
          },
        },
        signal,
      ),
  }
}

function defaultWorker(): (() => Worker) | undefined {
  if (typeof Worker === 'undefined') return undefined
  return () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
}
