const digits = new TextEncoder().encode('0123456789abcdef')

/** The bytes in lower-case hex. One text: added up digit by digit, it would be a chain of twenty. */
export function toHex(bytes: ArrayBuffer): string {
  const codes: number[] = []
  for (const byte of new Uint8Array(bytes)) codes.push(digits[byte >> 4] as number, digits[byte & 15] as number)
  return String.fromCharCode(...codes)
}
