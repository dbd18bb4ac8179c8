import { filterWithPauses } from '../toolkit/filter-with-pauses.js'
import { createPacer } from '../toolkit/yield-to-page.js'

/** Folders in which the framework puts nothing but what its build has named by content, or by a build that never comes again. */
const builtFolders: readonly RegExp[] = [
  /(?:^|\/)_next\/static\//,
  /(?:^|\/)_astro\//,
  /(?:^|\/)_app\/immutable\//,
  // `builds/latest.json` tells pages of a newer build.
  /(?:^|\/)_nuxt\/(?!builds\/latest\.json$)/,
]
/** Pages, and what browsers look for under a name that stays. */
const neverImmutable =
  /(?:\.(?:html?|webmanifest|appcache|rss|atom)|(?:^|\/)(?:robots\.txt|sitemap[^/]*\.xml|manifest\.json|favicon\.[a-z]+))$/i
const serviceWorker =
  /(?:^|[-_./])(?:sw|service-?worker|serviceworker|ngsw|ngsw-worker|firebase-messaging-sw)(?:[-_.][^/]*)?\.m?js(?:\.map)?$/i
/** What may stand in place of a digest of eight characters, as Rollup, esbuild and Astro write it. */
const shortDigest = /^.+[-.]([\w-]{8})(?:\.[a-z\d]{1,12}){1,3}$/i
/** Digests in hex, as webpack, Rspack, Parcel and Gatsby write them. */
const hexDigest = /(?:^|[-._~])([\da-f]{8,64})(?=[-._])/g

/**
 * The files whose names change with their content, judged by their paths alone: those of a framework's own folder for such files, and
 * those with a digest in the name. A word, a date or a version is no digest; where that can't be told of one name, the names beside it
 * decide. Pages and service workers are none, whatever they are called.
 */
export async function immutableFiles(paths: readonly string[]): Promise<string[]> {
  const pause = createPacer()
  const candidates = await filterWithPauses(paths, mayBeImmutable, pause)
  const folders = new Map<string, string[]>()
  for (const path of candidates) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const files = folders.get(folder) ?? []
    if (files.push(path) === 1) folders.set(folder, files)
  }
  const digested = new Set<string>()
  for (const [folder, files] of folders) {
    const sure = await filterWithPauses(files, isDigested, pause)
    for (const path of folder !== '' && (await isOfBuild(files, sure, pause)) ? files : sure) digested.add(path)
  }
  const isImmutable = (path: string) => digested.has(path) || builtFolders.some((folder) => folder.test(path))
  return filterWithPauses(candidates, isImmutable, pause)
}

function mayBeImmutable(path: string): boolean {
  return !neverImmutable.test(path) && !serviceWorker.test(path)
}

/** Where all names may hold a digest and half of them surely do, all of them do: a digest may look like a word by chance. */
async function isOfBuild(
  files: readonly string[],
  sure: readonly string[],
  pause: () => Promise<void>,
): Promise<boolean> {
  if (sure.length * 2 < files.length) return false
  for (const path of files) {
    if (!shortDigest.test(nameOf(path))) return false
    await pause()
  }
  return true
}

function isDigested(path: string): boolean {
  const name = nameOf(path)
  const short = shortDigest.exec(name)?.[1]
  if (short !== undefined && looksRandom(short)) return true
  return [...name.matchAll(hexDigest)].some(([, digest = '']) => {
    const isMixed = /\d/.test(digest) && /[a-f]/.test(digest)
    return isMixed && (digest.length >= 16 || looksRandom(digest))
  })
}

/** Whether letters, digits and cases change too often for a word, a number or a few of them: `version2`, `iPhone15`, `20240115`. */
function looksRandom(text: string): boolean {
  const parts = text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[-_]+/g) ?? []
  const letters = parts.filter((part) => !/^[-_]+$/.test(part))
  const longest = Math.max(...parts.map((part) => part.length))
  return letters.length >= 3 && (longest <= 4 || parts.length >= 5)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
