/** Settings for a tool and its secrets in one: `.env`, and `.dev.vars` of Cloudflare's tools. */
const environment = /^\.(?:env|dev\.vars)/i
const example = /\.(?:example|sample|template)$/i
/** Files that hold nothing but secrets: passwords, private keys, and key stores. */
const credentials =
  /^(?:[._]netrc|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?)$|\.(?:p12|pfx|jks|keystore|ppk)$/i
const packageManagerSettings = /(?:^|\/)\.(?:npmrc|yarnrc|yarnrc\.yml)$/i
const keyFile = /\.(?:pem|key)$/i

const login = /(?:_auth|_authToken|_password|npmAuthToken|npmAuthIdent)["']?[ \t=:]+(.*)$/gm
/** A value that stands elsewhere, such as `${NPM_TOKEN}`: files with these are meant to be committed. */
const reference = /^["']?\$\{\w+(?::?-|\?)?\}["']?$/
const addressWithPassword = /:\/\/[^/\s:@]+:(?!\$\{)[^/\s@]+@/

/** Whether a file or folder of a project's source is private, going by its name. */
export function isSecretSource(name: string, isDirectory: boolean): boolean {
  if (environment.test(name)) return isDirectory || !example.test(name)
  return !isDirectory && credentials.test(name)
}

/** Whether a file or folder is private where everyone can read it, going by its name. */
export function isSecretOutput(name: string, isDirectory: boolean): boolean {
  return environment.test(name) || (!isDirectory && (credentials.test(name) || packageManagerSettings.test(name)))
}

/** Whether a file turns out to be private once it is read: settings that hold a login, and keys that are not public. */
export function holdsSecret(path: string, bytes: Uint8Array): boolean {
  if (packageManagerSettings.test(path)) return holdsLogin(new TextDecoder().decode(bytes))
  return keyFile.test(path) && !isPublicKey(bytes)
}

function holdsLogin(text: string): boolean {
  const values = [...text.matchAll(login)].map(([, value = '']) => value.trim())
  const written = values.some((value) => value !== '' && !reference.test(value))
  return written || addressWithPassword.test(text) || text.includes('PRIVATE KEY')
}

/** Whether it is a certificate or a public key as text, or no key at all: Keynote saves presentations as `.key`, too. */
function isPublicKey(bytes: Uint8Array): boolean {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  if (isZip) return true
  const text = new TextDecoder().decode(bytes)
  return text.includes('-----BEGIN ') && !text.includes('PRIVATE KEY')
}
