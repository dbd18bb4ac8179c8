import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLocalContainer, type LocalContainer } from '../../src/emulator/index.js'
import type { DeployOptions } from '../../src/index.js'

/** A SvelteKit project with the adapter for Vercel: a page that is rendered, one that is not, and data. */
export const sveltekitProject: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'rendered-shop',
    type: 'module',
    scripts: { build: 'vite build' },
    devDependencies: { '@sveltejs/adapter-vercel': '^6', '@sveltejs/kit': '^2', svelte: '^5', vite: '^8' },
  }),
  'svelte.config.js': `
    import adapter from '@sveltejs/adapter-vercel'
    export default { kit: { adapter: adapter({ runtime: 'nodejs20.x' }), version: { name: 'one' } } }
  `,
  'vite.config.js': `
    import { sveltekit } from '@sveltejs/kit/vite'
    export default { plugins: [sveltekit()] }
  `,
  'src/app.html': '<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
  'src/routes/+page.svelte': '<script>let { data } = $props()</script><h1>Hello {data.name}</h1>',
  'src/routes/+page.server.js':
    "export const load = ({ url }) => ({ name: url.searchParams.get('name') ?? 'everyone' })",
  'src/routes/about/+page.svelte': '<h1>About</h1>',
  'src/routes/about/+page.js': 'export const prerender = true',
  'static/robots.txt': 'User-agent: *\n',
}

/** Vite's program, which a project finds from the folder that {@link startSveltekit} makes. */
export const sveltekitOptions: NonNullable<DeployOptions['project']> = {
  installCommand: null,
  buildCommand: 'node ../../node_modules/vite/bin/vite.js build',
}

/** A container with the project, in a folder from which the packages of this repository are found. */
export async function startSveltekit(): Promise<LocalContainer> {
  const folder = fileURLToPath(new URL('../../.demo/', import.meta.url))
  await mkdir(folder, { recursive: true })
  const directory = await mkdtemp(join(folder, 'sveltekit-'))
  // Vite's bundler is a native addon here; in a WebContainer it is WebAssembly.
  const container = await createLocalContainer({ directory, addons: true })
  for (const [path, content] of Object.entries(sveltekitProject)) {
    const slash = path.lastIndexOf('/')
    if (slash > 0) await container.fs.mkdir(path.slice(0, slash), { recursive: true })
    await container.fs.writeFile(path, content)
  }
  const teardown = async () => {
    await container.teardown()
    await rm(directory, { recursive: true, force: true })
  }
  return { ...container, teardown }
}
