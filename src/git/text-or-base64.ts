const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that bytes stand for; `undefined` where they are not UTF-8, or hold what no text does. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return decoder.decode(bytes)
  } catch (error) {
    // It is not UTF-8.
    if (!(error instanceof TypeError)) throw error
    return undefined
  }
}

/** Bytes as Base64, in one line. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = []
  // A multiple of three, so that only the last piece is padded.
  for (let at = 0; at < bytes.length; at += 24_576)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576))))
  return pieces.join('')
}
