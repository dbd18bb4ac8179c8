import { findCommand, firstArgument, flagValue } from '../build-script.js'
import { normalizePath } from '../paths.js'
import { is, type ProjectFacts, Reading } from '../reading.js'
import { readConfig, type StaticConfig, withEndings } from '../static-config.js'

/** Vite's configuration files in the order in which it looks for them. Source: vite.dev/config. */
export const viteConfigs: readonly string[] = withEndings('vite.config', ['js', 'mjs', 'ts', 'cjs', 'mts', 'cts'])

const flagsWithValue = ['-c', '--config', '-m', '--mode', '--base', '--outDir', '-l', '--logLevel', '--target']

/** Reads Vite's configuration, the one that the build names if it names one. */
export async function readViteConfig(facts: ProjectFacts): Promise<StaticConfig | undefined> {
  const words = findCommand(facts.commands, ['vite', 'build']) ?? []
  const named = flagValue(words, ['-c', '--config'])
  if (named === undefined) return readConfig(facts.files, viteConfigs)
  const path = normalizePath(named)
  const end = path.lastIndexOf('/')
  return readConfig(facts.files, [path.slice(end + 1)], end < 0 ? '.' : path.slice(0, end))
}

/** Vite: `build.outDir` (flag `--outDir`) below `root` (first argument). */
export async function readVite(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('dist', 'spa')
  const words = findCommand(facts.commands, ['vite', 'build']) ?? []
  const config = await readViteConfig(facts)
  const rootArgument = firstArgument(words, flagsWithValue)
  const root = rootArgument ?? (config && readRoot(reading, config))
  if (root !== undefined && config) reading.use(`${config.file} (root)`, root, 'dist')
  else if (root !== undefined) reading.use('build script', root, 'dist')
  const flag = flagValue(words, ['--outDir'])
  if (flag !== undefined) reading.use('build script (--outDir)', root ?? '.', flag)
  else if (config) {
    const folder = reading.text(config, ['build', 'outDir'])
    if (folder !== undefined) reading.use(`${config.file} (build.outDir)`, root ?? '.', folder)
  }
  if (config && (is(config.setting('appType'), 'mpa') || is(config.setting('appType'), 'custom'))) {
    reading.routing = 'static'
  }
  if (config?.setting('build', 'lib').state === 'value') {
    reading.note(`${config.file} builds a library (build.lib), not a site. Remove it to publish pages.`)
  }
  return reading
}

/** The `root` setting. Where nothing of the file can be read, the note on `build.outDir` says so already. */
function readRoot(reading: Reading, config: StaticConfig): string | undefined {
  const root = config.setting('root')
  const told = root.state === 'hidden' || config.setting('build', 'outDir').state === 'unreadable'
  return told && root.state !== 'value' ? undefined : reading.text(config, ['root'], root)
}
