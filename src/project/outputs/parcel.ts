import * as z from 'zod/mini'
import { findCommand, flagValue } from '../build-script.js'
import { type ProjectFacts, Reading } from '../reading.js'

const targetsSchema = z.record(z.string(), z.unknown())
const targetSchema = z.looseObject({ distDir: z.string() })

/** Parcel: `--dist-dir` (version 1: `--out-dir`), or `distDir` of a target in package.json. Source: parceljs.org. */
export async function readParcel(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('dist', 'spa')
  const words = findCommand(facts.commands, ['parcel', 'build']) ?? []
  const flag = flagValue(words, ['--dist-dir', '--out-dir', '-d'])
  if (flag !== undefined) {
    reading.use('build script', flag)
    return reading
  }
  const targets = z.safeParse(targetsSchema, facts.manifest.targets)
  if (!targets.success) return reading
  const folders = Object.entries(targets.data).flatMap(([name, target]) => {
    const parsed = z.safeParse(targetSchema, target)
    return parsed.success ? [{ name, folder: parsed.data.distDir }] : []
  })
  const chosen = folders.find(({ name }) => name === 'default') ?? (folders.length === 1 ? folders[0] : undefined)
  if (chosen) reading.use(`package.json (targets.${chosen.name}.distDir)`, chosen.folder)
  else if (folders.length > 1) {
    const list = folders.map(({ folder }) => folder).join(', ')
    reading.note(`package.json names several targets (${list}). Pass the folder to publish as outputDirectory.`)
  }
  return reading
}
