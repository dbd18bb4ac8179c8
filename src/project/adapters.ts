import type { ServerHost } from '../spec/project.js'
import { nameOf } from '../toolkit/name-of.js'

/** Where adapters for Vercel write, whatever the framework. Source: vercel.com/docs/build-output-api. */
export const vercelOutput = '.vercel/output'

const modules: readonly (readonly [pattern: RegExp, host: ServerHost])[] = [
  [/^@(?:sveltejs\/adapter-vercel|astrojs\/vercel)(?:\/|$)/, 'vercel'],
  [/^@(?:sveltejs\/adapter-netlify|astrojs\/netlify)(?:\/|$)/, 'netlify'],
]

/** Presets of Nitro whose work one host runs, without those for Netlify's edge. Source: nitro.build/deploy, providers. */
const presets: ReadonlyMap<string, ServerHost> = new Map([
  ['vercel', 'vercel'],
  ['vercel-edge', 'vercel'],
  ['vercel-static', 'vercel'],
  ['netlify', 'netlify'],
  ['netlify-builder', 'netlify'],
  ['netlify-legacy', 'netlify'],
])

/** What makes each framework render on a host. */
const changes: Readonly<Record<string, (host: ServerHost) => string>> = {
  sveltekit: (host) => `set @sveltejs/adapter-${host} as kit.adapter in svelte.config.js`,
  astro: (host) => `run "npx astro add ${host}"`,
  nuxt: (host) => `set nitro.preset to '${host}' in nuxt.config`,
  'tanstack-start': (host) => `add nitro({ preset: '${host}' }) to the plugins in vite.config`,
}

/** The host for which an adapter builds, by the module that it comes from. */
export function adapterHost(module: string | undefined): ServerHost | undefined {
  return module === undefined ? undefined : modules.find(([pattern]) => pattern.test(module))?.[1]
}

/** The host for which Nitro builds with a preset. */
export function presetHost(preset: string | undefined): ServerHost | undefined {
  return presets.get((preset ?? '').replaceAll('_', '-'))
}

/**
 * What to do with a project that renders on a server, and is not built for one that could run it.
 * @param framework Its id.
 * @param hosts Those of the targets.
 * @returns a sentence with a space before it; empty where no host of the targets runs anything.
 */
export function serverAdvice(framework: string, hosts: readonly (ServerHost | null)[]): string {
  const [host, ...others] = new Set(hosts)
  if (!host || others.length > 0) return ''
  const provider = `let ${nameOf(host)} build it: build: { where: 'provider' }`
  const change = changes[framework]?.(host)
  return ` To render pages on ${nameOf(host)}, ${change === undefined ? provider : `${change}, or ${provider}`}.`
}
