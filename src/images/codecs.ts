/** A format that there is a codec for. */
export type ImageKind = 'png' | 'jpeg'

/** Where the codecs of each format are, below `node_modules`, in the order in which they are handed to it. */
export const codecFiles: Readonly<Record<ImageKind, readonly string[]>> = {
  png: ['@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm'],
  jpeg: ['@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'],
}

/** An image on its way to a worker. */
export interface EncodeTask {
  readonly kind: ImageKind
  readonly bytes: Uint8Array<ArrayBuffer>
  /** `undefined`: without loss. */
  readonly quality: number | undefined
  /** The compiled codecs; none where they are fetched. */
  readonly codecs: readonly WebAssembly.Module[]
}

/** What comes back from a worker. */
export type EncodeReply = { readonly bytes: Uint8Array<ArrayBuffer> | undefined } | { readonly problem: string }

/** The format of a file, going by its name. */
export function kindOf(path: string): ImageKind | undefined {
  if (/\.png$/i.test(path)) return 'png'
  return /\.jpe?g$/i.test(path) ? 'jpeg' : undefined
}
