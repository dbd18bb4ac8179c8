import * as z from 'zod/mini'
import { OptionsError } from './errors/options-error.js'
import type { ImageOptimizer } from './spec/image-optimizer.js'

/** What {@link deploy} is told of making the output smaller, between its collection and its publication. */
export interface OptimizeOptions {
  /** By what images are made smaller, under the names that they have: `imageOptimizer()` of `tabship/images`. @default false */
  readonly images?: ImageOptimizer | false
  /**
   * Whether texts are compressed ahead, as `app.js.br` and `app.js.gz` beside `app.js`, for targets that serve such files. Netlify,
   * Vercel and GitHub Pages compress by themselves, and get none. @default false
   */
  readonly precompress?: boolean
}

/** {@link OptimizeOptions} with every default in place. */
export interface OptimizeSettings {
  readonly images: ImageOptimizer | false
  readonly precompress: boolean
}

const nothing: OptimizeSettings = { images: false, precompress: false }

function isOptimizer(value: Partial<ImageOptimizer> | undefined): boolean {
  const texts = [value?.description, value?.settings].every((one) => typeof one === 'string')
  return texts && [value?.takes, value?.open].every((one) => typeof one === 'function')
}

const settings = z.strictObject({
  images: z._default(
    z.union([z.literal(false), z.custom<ImageOptimizer>(isOptimizer)], {
      error: 'false, or an optimizer such as imageOptimizer()',
    }),
    false,
  ),
  precompress: z._default(z.boolean(), false),
})

export const optimizeSchema: z.ZodMiniType<OptimizeSettings> = z._default(
  z.union([
    z.pipe(
      z.literal(false),
      z.transform(() => nothing),
    ),
    settings,
  ]),
  nothing,
)

/** What the journal keeps of the settings. */
interface RecordedOptimize {
  readonly images: Pick<ImageOptimizer, 'description' | 'settings'> | false
  readonly precompress: boolean
}

const recorded: z.ZodMiniType<RecordedOptimize> = z.object({
  images: z.union([z.literal(false), z.object({ description: z.string(), settings: z.string() })]),
  precompress: z.boolean(),
})

/** The settings as the journal keeps them: without the functions. */
export function recordOptimize({ images, precompress }: OptimizeSettings): RecordedOptimize {
  return { images: images && { description: images.description, settings: images.settings }, precompress }
}

/** The settings of an earlier run. The optimizer is needed only where the images had not been made smaller. */
export function recallOptimize(known: unknown): OptimizeSettings {
  const { success, data } = z.safeParse(recorded, known)
  if (!success) return nothing
  return { ...data, images: data.images && { ...data.images, takes: () => true, open: optimizerMissing } }
}

function optimizerMissing(): never {
  throw new OptionsError({
    code: 'optimizer-missing',
    message: 'The images of this deployment had not been made smaller when it was interrupted.',
    hint: 'Pass what it began with: resume(id, { optimize: { images: imageOptimizer() }, … }).',
  })
}
