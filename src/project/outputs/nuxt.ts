import { presetHost } from '../adapters.js'
import { environmentValue, findCommand, flagValue } from '../build-script.js'
import { is, type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'

const configs = withEndings('nuxt.config', ['ts', 'js', 'mjs', 'cjs', 'mts', 'cts'])

/** Presets of Nitro that write a static site, and where. Source: nitro.build/deploy, providers. */
const staticPresets: ReadonlyMap<string, string> = new Map([
  ['static', '.output/public'],
  ['github-pages', '.output/public'],
  ['netlify-static', 'dist'],
  ['cloudflare-pages-static', 'dist'],
])

/** Nuxt: static by `nuxt generate`, `--prerender` or a static preset; for one host by its preset. Source: nuxt.com/docs, deployment. */
export async function readNuxt(facts: ProjectFacts): Promise<Reading> {
  const { commands, manifest } = facts
  const legacy = (manifest.version('nuxt')?.major ?? 3) < 3
  const reading = new Reading(legacy ? 'dist' : '.output/public', 'static')
  const config = await readConfig(facts.files, configs)
  const generates = ['nuxt', 'nuxi'].some((tool) => findCommand(commands, [tool, 'generate']))
  const words = findCommand(commands, ['nuxt', 'build']) ?? findCommand(commands, ['nuxi', 'build']) ?? []
  const configured = config && !legacy ? config.setting('nitro', 'preset') : undefined
  const written = configured?.state === 'value' && typeof configured.value === 'string' ? configured.value : undefined
  const preset =
    flagValue(words, ['--preset']) ?? environmentValue(commands, 'NITRO_PRESET') ?? facts.env.NITRO_PRESET ?? written
  const host = generates ? undefined : presetHost(preset)
  if (host) {
    if (host === 'netlify') reading.use(`nitro preset ${preset}`, 'dist')
    return reading.adaptTo(host, `nitro preset ${preset}`)
  }
  const folder = staticPresets.get((preset ?? '').replaceAll('_', '-'))
  if (!generates && !words.includes('--prerender') && folder === undefined) {
    if (configured?.state !== 'unreadable' || !config) return needsGenerate(reading, facts)
    reading.text(config, ['nitro', 'preset'], configured)
  }
  if (folder !== undefined && !generates) reading.use(`nitro preset ${preset}`, folder)
  if (!config) return reading
  if (is(config.setting('ssr'), false)) reading.routing = 'spa'
  const path = legacy ? ['generate', 'dir'] : ['nitro', 'output', 'publicDir']
  const custom = reading.text(config, path)
  if (custom !== undefined) reading.use(`${config.file} (${path.join('.')})`, custom)
  return reading
}

function needsGenerate(reading: Reading, { manifest }: ProjectFacts): Reading {
  const change = manifest.scripts.has('generate')
    ? "Pass buildCommand: 'npm run generate', or set nitro.preset to 'static' in nuxt.config"
    : `Set the build script to "nuxt generate", or nitro.preset to 'static' in nuxt.config`
  return reading.needsServer('Nuxt', 'the build is neither "nuxt generate" nor has it a static preset', change)
}
