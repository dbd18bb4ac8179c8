import { findCommand, firstArgument, flagValue } from '../build-script.js'
import { normalizePath } from '../paths.js'
import { type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'

const endings = ['js', 'ts', 'mjs', 'mts']
const flagsWithValue = ['--base', '--outDir', '--target', '--assetsInlineLimit', '--minify']

/** VitePress: `outDir` below the folder that is built, or `--outDir` below the root. Source: vitepress.dev/reference. */
export async function readVitePress(facts: ProjectFacts): Promise<Reading> {
  const words = findCommand(facts.commands, ['vitepress', 'build']) ?? []
  const folder = normalizePath(firstArgument(words, flagsWithValue) ?? '.')
  const reading = new Reading(normalizePath(`${folder}/.vitepress/dist`), 'static')
  const flag = flagValue(words, ['--outDir'])
  if (flag !== undefined) {
    reading.use('build script (--outDir)', flag)
    return reading
  }
  const settings = normalizePath(`${folder}/.vitepress`)
  const config =
    (await readConfig(facts.files, withEndings('config', endings), settings)) ??
    (await readConfig(facts.files, withEndings('index', endings), `${settings}/config`))
  const custom = config && reading.text(config, ['outDir'])
  if (config && custom !== undefined) reading.use(`${config.file} (outDir)`, folder, custom)
  return reading
}
