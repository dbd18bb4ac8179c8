import { is, type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'

const configs = withEndings('react-router.config', ['ts', 'js', 'mts', 'mjs'])

/** React Router as a framework: static with `ssr: false`, in `client` below `buildDirectory`. Source: reactrouter.com. */
export async function readReactRouter(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('build/client', 'spa')
  const config = await readConfig(facts.files, configs)
  const change = `Set ssr: false in ${config?.file ?? 'react-router.config.ts'}`
  if (!config) return reading.needsServer('React Router', 'it renders on a server unless ssr is false', change)
  const rendering = config.setting('ssr')
  if (rendering.state === 'unreadable') reading.text(config, ['ssr'], rendering)
  else if (!is(rendering, false)) {
    return reading.needsServer('React Router', `${config.file} does not set ssr to false`, change)
  }
  const folder = reading.text(config, ['buildDirectory'])
  if (folder !== undefined) reading.use(`${config.file} (buildDirectory)`, folder, 'client')
  const prerender = config.setting('prerender')
  if (prerender.state !== 'absent' && prerender.state !== 'hidden' && !is(prerender, false)) {
    reading.note(
      'Where / is prerendered, React Router writes the page for unknown paths to __spa-fallback.html, not index.html.',
    )
  }
  return reading
}
