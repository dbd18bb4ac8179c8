/**
 * Seals a text for the owner of a public key, as libsodium's `crypto_box_seal` does: under a key pair that is used once, with
 * BLAKE2b of both public keys as the nonce. What it takes for this is loaded when it is first needed.
 *
 * @param publicKey 32 bytes in Base64
 * @returns Base64
 */
export async function sealText(text: string, publicKey: string): Promise<string> {
  const [{ x25519 }, { hsalsa, xsalsa20poly1305 }, { blake2b }] = await Promise.all([
    import('@noble/curves/ed25519.js'),
    import('@noble/ciphers/salsa.js'),
    import('@noble/hashes/blake2.js'),
  ])
  const recipient = Uint8Array.from(atob(publicKey), (character) => character.charCodeAt(0))
  const once = x25519.keygen()
  const shared = x25519.getSharedSecret(once.secretKey, recipient)
  // NaCl's crypto_box_beforenm: the key of the box is HSalsa20 of the shared secret and a nonce of zeros.
  const key = new Uint32Array(8)
  hsalsa(wordsOf(new TextEncoder().encode('expand 32-byte k')), wordsOf(shared), new Uint32Array(4), key)
  const nonce = blake2b(joined(once.publicKey, recipient), { dkLen: 24 })
  const box = xsalsa20poly1305(new Uint8Array(key.buffer), nonce).encrypt(new TextEncoder().encode(text))
  return btoa(Array.from(joined(once.publicKey, box), (byte) => String.fromCharCode(byte)).join(''))
}

/** A copy, so that the words are aligned. Every machine that runs a browser is little-endian, as Salsa is. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer)
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
