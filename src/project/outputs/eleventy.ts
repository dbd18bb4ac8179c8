import { findCommand, flagValue } from '../build-script.js'
import { type ProjectFacts, Reading } from '../reading.js'
import { readConfig } from '../static-config.js'

/** Eleventy's configuration files in its order. Source: 11ty.dev/docs/config. */
const configs = ['.eleventy.js', 'eleventy.config.js', 'eleventy.config.mjs', 'eleventy.config.cjs']

/** Eleventy: `--output`, `setOutputDirectory()`, or `dir.output` of what the configuration returns or exports. */
export async function readEleventy(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('_site', 'static')
  const words = findCommand(facts.commands, ['eleventy']) ?? findCommand(facts.commands, ['@11ty/eleventy']) ?? []
  const flag = flagValue(words, ['--output'])
  if (flag !== undefined) {
    reading.use('build script (--output)', flag)
    return reading
  }
  const named = flagValue(words, ['--config'])
  const config = await readConfig(facts.files, named === undefined ? configs : [named])
  if (!config) return reading
  const call = config.calls('setOutputDirectory')[0]
  const exported = config.exported('config', 'dir', 'output')
  const folder = call
    ? reading.text(config, ['setOutputDirectory'], { state: 'value', value: call.arguments[0] ?? null })
    : exported.state === 'value'
      ? reading.text(config, ['dir', 'output'], exported)
      : reading.text(config, ['dir', 'output'])
  const setting = call ? 'setOutputDirectory' : 'dir.output'
  if (folder !== undefined) reading.use(`${config.file} (${setting})`, folder)
  return reading
}
