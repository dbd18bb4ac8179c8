import { type ProjectFacts, Reading } from '../reading.js'
import { readViteConfig } from './vite.js'

/** Qwik: static with the adapter that `qwik add static` sets up. Source: qwik.dev/docs/deployments/static. */
export async function readQwik(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('dist', 'static')
  const config = await readViteConfig(facts)
  const folder = config && reading.text(config, ['build', 'outDir'])
  if (config && folder !== undefined) reading.use(`${config.file} (build.outDir)`, folder)
  const scripts = [...facts.manifest.scripts.values()]
  if (scripts.some((script) => /adapters\/(static|ssg)\b/.test(script))) return reading
  if (scripts.some((script) => /adapters\/vercel-edge\b/.test(script))) {
    return reading.adaptTo('vercel', 'the adapter in adapters/vercel-edge')
  }
  return reading.needsServer('Qwik', 'no script builds with the static adapter', 'Run "npm run qwik add static"')
}
