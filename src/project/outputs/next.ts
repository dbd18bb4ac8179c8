import { findCommand, flagValue } from '../build-script.js'
import { is, type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'

const configs = withEndings('next.config', ['js', 'mjs', 'ts', 'mts', 'cjs'])

/**
 * Next.js: static only with `output: 'export'`, written to `out` or to a `distDir` of its own; before version 14 also by
 * `next export`. Source: nextjs.org/docs, static exports.
 */
export async function readNext(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('out', 'static')
  const exportWords = findCommand(facts.commands, ['next', 'export'])
  if (exportWords) {
    reading.use('build script (next export)', flagValue(exportWords, ['-o', '--outdir']) ?? 'out')
    return reading
  }
  const config = await readConfig(facts.files, configs)
  const change = `Add output: 'export' to ${config?.file ?? 'next.config.mjs'}`
  if (!config) return reading.needsServer('Next.js', "there is no next.config with output: 'export'", change)
  const output = config.setting('output')
  if (output.state === 'unreadable') reading.text(config, ['output'], output)
  else if (!is(output, 'export')) {
    return reading.needsServer('Next.js', `${config.file} does not set output to 'export'`, change)
  }
  const folder = reading.text(config, ['distDir'])
  if (folder !== undefined && folder !== '.next') reading.use(`${config.file} (distDir)`, folder)
  else if (is(output, 'export')) reading.source = `${config.file} (output)`
  return reading
}
