import { seededRandom } from '../../test/support/seeded-random.js'

/** A file of a project that exists only for the benchmark. */
export interface SourceFile {
  readonly path: string
  /** In memory of their own. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

const words =
  'account address amount await basket button cache cart catch category change checkout class click close color column component const context count create currency customer default delete detail dialog discount effect email error event export filter format form function handle header image import index input interface invoice item label layout length limit link list load locale message method modal name number onClick order page panel parse payment price product promise props query quantity reader render request response result return row search select session setting shipping signal sort state status store string submit table target theme title token total type update user value variant view warning width'.split(
    ' ',
  )
const marks = [
  ' = ',
  '(',
  ') ',
  ', ',
  '.',
  ': ',
  ' => ',
  ' { ',
  ' }\n',
  '\n',
  '\n  ',
  '\n    ',
  " '",
  "' ",
  ';\n',
  ' + ',
]
const encoder = new TextEncoder()
/** Files in one folder. */
const perFolder = 50
/** Bytes of the one file that is no text, of a project that has one. */
const imageSize = 5 * 1024 * 1024

/**
 * The files of a project: so many of 2 to 6 KB, which deflate as source code does (to about a third), the same each time. One of
 * 10,000 has an image of 5 MB besides, which does not deflate.
 */
export function sourceFiles(count: number): SourceFile[] {
  const random = seededRandom(count)
  const files = Array.from({ length: count }, (_, index) => {
    const folder = Math.floor(index / perFolder)
    const path = `src/area-${folder % 12}/part-${folder}/${random.pick(words)}-${index}.ts`
    return { path, bytes: sourceText(random.below(4096) + 2048, random) }
  })
  if (count < 10_000) return files
  const image = new Uint8Array(imageSize)
  for (let index = 0; index < image.length; index += 1) image[index] = random.below(256)
  return [...files, { path: 'public/photo.jpg', bytes: image }]
}

/** A file with a line more than it had, another one each time. */
export function changed({ path, bytes }: SourceFile, round: number): SourceFile {
  const line = encoder.encode(`export const round = ${round}\n`)
  const whole = new Uint8Array(bytes.length + line.length)
  whole.set(bytes)
  whole.set(line, bytes.length)
  return { path, bytes: whole }
}

function sourceText(size: number, random: ReturnType<typeof seededRandom>): Uint8Array<ArrayBuffer> {
  let text = ''
  while (text.length < size) {
    text += random.pick(words)
    if (random.chance(0.3)) text += random.pick(words).replace(/^./, (letter) => letter.toUpperCase())
    if (random.chance(0.05)) text += random.below(1000)
    text += random.pick(marks)
    // Code says much twice.
    const start = random.below(text.length)
    if (random.chance(0.07)) text += text.slice(start, start + 10 + random.below(60))
  }
  return encoder.encode(text)
}
