import type { ServerHost } from '../../spec/project.js'
import { presetHost } from '../adapters.js'
import { environmentValue } from '../build-script.js'
import { is, type ProjectFacts, Reading, within } from '../reading.js'
import { readConfig, type StaticConfig, withEndings } from '../static-config.js'
import type { Setting } from '../static-value.js'
import { readViteConfig } from './vite.js'

/** Names under which TanStack Start is installed. */
export const startPackages: readonly string[] = [
  '@tanstack/react-start',
  '@tanstack/solid-start',
  '@tanstack/vue-start',
  '@tanstack/start',
]

const change = 'Enable prerender or spa in the options of tanstackStart() in vite.config'

/**
 * TanStack Start: static with `spa` or `prerender`, in `dist/client`; in `.output/public` where Nitro packs the build,
 * which it always did before version 1.132. Source: tanstack.com/start, SPA mode and static prerendering.
 */
export async function readTanStackStart(facts: ProjectFacts): Promise<Reading> {
  const { manifest, files } = facts
  const version = startPackages.map((name) => manifest.version(name)).find((found) => found !== undefined)
  const olderThan = (minor: number): boolean => version?.major === 1 && version.minor < minor
  const reading = new Reading(olderThan(132) ? '.output/public' : 'dist/client', 'static')
  if (olderThan(121)) {
    const config = await readConfig(files, withEndings('app.config', ['ts', 'js', 'mjs']))
    if (config && is(config.setting('server', 'preset'), 'static')) return reading
    return reading.needsServer(
      'TanStack Start',
      'server.preset is not static',
      "Set server.preset to 'static' in app.config",
    )
  }
  const config = await readViteConfig(facts)
  const call = config?.calls('tanstackStart')[0]
  if (!config || !call) return reading.needsServer('TanStack Start', 'it renders on a server by default', change)
  const host = presetOf(config, facts)
  readFolder(reading, config)
  if (host) return reading.adaptTo(host, `${config.file} (nitro preset)`)
  const options: Setting = { state: 'value', value: call.arguments[0] ?? null }
  const spa = within(options, 'spa', 'enabled')
  const prerender = within(options, 'prerender', 'enabled')
  if (is(spa, true)) readShell(reading, config, options)
  else if (spa.state === 'unreadable' || prerender.state === 'unreadable') {
    reading.text(config, ['tanstackStart options'], { state: 'unreadable' })
  } else if (!is(prerender, true)) {
    return reading.needsServer('TanStack Start', `${config.file} enables neither prerender nor spa`, change)
  }
  return reading
}

/** The host that Nitro builds for, or that Netlify's own plugin does. */
function presetOf(config: StaticConfig, { commands, env }: ProjectFacts): ServerHost | undefined {
  const [nitro] = config.calls('nitro', 'nitroV2Plugin')
  const [plugin] = config.calls('netlify')
  if (plugin?.module === '@netlify/vite-plugin-tanstack-start') return 'netlify'
  if (!nitro) return undefined
  const preset = within({ state: 'value', value: nitro.arguments[0] ?? null }, 'preset')
  const written = preset.state === 'value' && typeof preset.value === 'string' ? preset.value : undefined
  return presetHost(environmentValue(commands, 'NITRO_PRESET') ?? env.NITRO_PRESET ?? written)
}

function readFolder(reading: Reading, config: StaticConfig): void {
  if (config.calls('nitro', 'nitroV2Plugin').length > 0) {
    reading.use(`${config.file} (nitro)`, '.output/public')
    return
  }
  const client = reading.text(config, ['environments', 'client', 'build', 'outDir'])
  const base = reading.text(config, ['build', 'outDir'])
  if (client !== undefined) reading.use(`${config.file} (environments.client.build.outDir)`, client)
  else if (base !== undefined) reading.use(`${config.file} (build.outDir)`, base, 'client')
}

function readShell(reading: Reading, config: StaticConfig, options: Setting): void {
  reading.routing = 'spa'
  const path = within(options, 'spa', 'prerender', 'outputPath')
  if (is(path, '/index.html') || is(path, '/index') || is(path, '/')) return
  reading.note(
    `${config.file} writes the page for unknown paths to _shell.html, but they get index.html. ` +
      "Set spa.prerender.outputPath to '/index.html'.",
  )
}
