import { createPublicKey, generateKeyPairSync } from 'node:crypto'

/** A new key as `ssh-keygen` writes it. */
export function sshKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' })
  const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))])
  return `ssh-ed25519 ${blob.toString('base64')} owner@example.com`
}
