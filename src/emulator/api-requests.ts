/** Whether a path is valid percent-encoding. */
export function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}

/**
 * Reads a body of JSON.
 *
 * @param refuse makes what is thrown where it is none, or no UTF-8
 */
export function parseJson(bytes: Uint8Array, refuse: () => Error): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw refuse()
    throw error
  }
}
