import { adapterHost } from '../adapters.js'
import { findCommand, flagValue } from '../build-script.js'
import { is, type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'
import { StaticCall } from '../static-value.js'

const configs = withEndings('astro.config', ['mjs', 'js', 'ts', 'mts', 'cjs', 'cts'])

/** Astro: `outDir`; `output` is static and no adapter set, or the adapter is a host's. Source: docs.astro.build, configuration reference. */
export async function readAstro(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('dist', 'static')
  const config = await readConfig(facts.files, configs)
  const flag = flagValue(findCommand(facts.commands, ['astro', 'build']) ?? [], ['--outDir'])
  if (flag !== undefined) reading.use('build script (--outDir)', flag)
  if (!config) return reading
  if (flag === undefined) {
    const folder = reading.text(config, ['outDir'])
    if (folder !== undefined) reading.use(`${config.file} (outDir)`, folder)
  }
  const adapter = config.setting('adapter')
  const module = adapter.state === 'value' && adapter.value instanceof StaticCall ? adapter.value.module : undefined
  const host = adapterHost(module)
  if (host) return reading.adaptTo(host, `${config.file} (${module})`)
  const output = config.setting('output')
  if (is(output, 'server') || is(output, 'hybrid')) {
    const change = `Set output: 'static' in ${config.file} and remove the adapter`
    return reading.needsServer('Astro', `${config.file} does not set output to 'static'`, change)
  }
  if (adapter.state === 'value' || (config.readable && adapter.state === 'unreadable')) {
    const reason = `${config.file} sets an adapter, which renders pages on a server`
    return reading.needsServer('Astro', reason, `Remove adapter from ${config.file}`)
  }
  return reading
}
