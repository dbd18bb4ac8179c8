import { adapterHost } from '../adapters.js'
import { is, type ProjectFacts, Reading, within } from '../reading.js'
import { readConfig, type StaticConfig, withEndings } from '../static-config.js'
import { type Setting, StaticCall } from '../static-value.js'
import { readViteConfig } from './vite.js'

const staticAdapter = '@sveltejs/adapter-static'
const change = `Install ${staticAdapter} and set it as kit.adapter in svelte.config.js`

/** SvelteKit: static with adapter-static, written to its `pages`. Source: svelte.dev/docs/kit/adapter-static. */
export async function readSvelteKit(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('build', 'static')
  const found = await findAdapter(facts)
  if (!found) return reading.needsServer('SvelteKit', 'no adapter is set', change)
  const { config, adapter } = found
  const call = adapter.state === 'value' && adapter.value instanceof StaticCall ? adapter.value : undefined
  const host = adapterHost(call?.module)
  if (host === 'netlify' && is(within({ state: 'value', value: call?.arguments[0] ?? null }, 'edge'), true)) {
    return reading.needsServer('SvelteKit', `${config.file} builds for Netlify's edge, which takes Deno`, change)
  }
  if (host) return reading.adaptTo(host, `${config.file} (${call?.module})`)
  if (call?.module !== undefined && call.module !== staticAdapter) {
    return reading.needsServer('SvelteKit', `${config.file} uses ${call.module}`, change)
  }
  if (call?.module === undefined) {
    if (!facts.manifest.dependencies.has(staticAdapter)) {
      return reading.needsServer('SvelteKit', `${config.file} names no adapter that writes static files`, change)
    }
    reading.text(config, ['kit', 'adapter'], { state: adapter.state === 'hidden' ? 'hidden' : 'unreadable' })
    return reading
  }
  readOptions(reading, config, { state: 'value', value: call.arguments[0] ?? null })
  return reading
}

/** The adapter stands in svelte.config, or in the plugin's options in vite.config. */
async function findAdapter(facts: ProjectFacts): Promise<{ config: StaticConfig; adapter: Setting } | undefined> {
  const config = await readConfig(facts.files, withEndings('svelte.config', ['js', 'ts', 'mjs', 'mts']))
  const adapter = config?.setting('kit', 'adapter')
  if (config && adapter && adapter.state !== 'absent') return { config, adapter }
  const vite = await readViteConfig(facts)
  const plugin = vite?.calls('sveltekit')[0]
  const inPlugin = plugin && within({ state: 'value', value: plugin.arguments[0] ?? null }, 'adapter')
  return vite && inPlugin && inPlugin.state !== 'absent' ? { config: vite, adapter: inPlugin } : undefined
}

function readOptions(reading: Reading, config: StaticConfig, options: Setting): void {
  const pages = reading.text(config, ['adapter', 'pages'], within(options, 'pages'))
  if (pages !== undefined) reading.use(`${config.file} (adapter pages)`, pages)
  const assets = reading.text(config, ['adapter', 'assets'], within(options, 'assets'))
  if (assets !== undefined && assets !== (pages ?? 'build')) {
    reading.note(`${config.file} puts assets into ${assets}, apart from the pages. Use one folder for both.`)
  }
  const fallback = within(options, 'fallback')
  if (fallback.state !== 'value' || typeof fallback.value !== 'string' || is(fallback, '404.html')) return
  reading.routing = 'spa'
  if (is(fallback, 'index.html')) return
  reading.note(
    `${config.file} names ${fallback.value} as fallback, but unknown paths get index.html. Set fallback: 'index.html'.`,
  )
}
