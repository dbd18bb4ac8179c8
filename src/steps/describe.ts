import type { ArtifactSet } from '../spec/artifact.js'

/** Bytes as people read them: `0 B`, `12 kB`, `3.4 MB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** A number of files as people read it. */
export function describeCount(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

/** What a collection holds, in a few words. */
export function describeSet(set: ArtifactSet): string {
  const count = set.extras?.functions.length ?? 0
  const functions = count === 0 ? '' : count === 1 ? ', and 1 function' : `, and ${count} functions`
  return `${describeCount(set.artifacts.length)}, ${describeBytes(set.size)}${functions}`
}
