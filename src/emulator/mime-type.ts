import { mimes } from 'mrmime'

/** The type that a file is served with, by the ending of its name. */
export function mimeTypeOf(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  // A file may be called `constructor`, which every object answers to.
  return (Object.hasOwn(mimes, ending) && mimes[ending]) || 'application/octet-stream'
}

/** The same with the encoding of what is text. */
export function contentTypeOf(path: string): string {
  const type = mimeTypeOf(path)
  return /^text\/|javascript$|json$/.test(type) ? `${type}; charset=utf-8` : type
}
