import type { FileMode } from '../../spec/artifact.js'

/** As `lstat` tells them, which is how Vercel's own client sends them (`@vercel/client`, `dist/utils/hashes.js`). */
export const fileModes: Readonly<Record<FileMode, number>> = {
  '100644': 0o100644,
  '100755': 0o100755,
  '120000': 0o120777,
}
