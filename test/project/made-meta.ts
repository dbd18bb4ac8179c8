import { adapter, kit, type MadeProject, react, vite } from './made-parts.js'
import { manifest } from './memory.js'

/** Projects of frameworks that can also render on a server, set to write files. */
export const metaProjects: readonly MadeProject[] = [
  {
    name: 'astro',
    files: { 'package.json': manifest('astro build', { astro: '^5.0.0' }), 'astro.config.mjs': 'export default {}' },
    framework: 'astro',
    output: 'dist',
    routing: 'static',
  },
  {
    name: 'astro with outDir',
    files: {
      'package.json': manifest('astro check && astro build', { astro: '^5.0.0' }),
      'astro.config.mjs':
        "import { defineConfig } from 'astro/config'\nexport default defineConfig({ outDir: './site', output: 'static' })",
    },
    framework: 'astro',
    output: 'site',
    routing: 'static',
  },
  {
    name: 'next export',
    files: {
      'package.json': manifest('next build', { next: '^15.0.0', ...react }),
      'next.config.ts': `import type { NextConfig } from 'next'
const nextConfig: NextConfig = { output: 'export' }
export default nextConfig`,
    },
    framework: 'next',
    output: 'out',
    routing: 'static',
  },
  {
    name: 'next export with distDir',
    files: {
      'package.json': manifest('next build', { next: '^15.0.0', ...react }),
      'next.config.js': "/** @type {any} */\nmodule.exports = { output: 'export', distDir: 'site' }",
    },
    framework: 'next',
    output: 'site',
    routing: 'static',
  },
  {
    name: 'next export by command',
    files: { 'package.json': manifest('next build && next export -o www', { next: '12.3.4', ...react }) },
    framework: 'next',
    output: 'www',
    routing: 'static',
  },
  {
    name: 'nuxt generate',
    files: {
      'package.json': manifest('nuxt generate', { nuxt: '^4.0.0' }),
      'nuxt.config.ts': 'export default defineNuxtConfig({ ssr: true })',
    },
    framework: 'nuxt',
    output: '.output/public',
    routing: 'static',
  },
  {
    name: 'nuxt static preset',
    files: {
      'package.json': manifest('nuxt build', { nuxt: '^3.16.0' }),
      'nuxt.config.ts': "export default defineNuxtConfig({ ssr: false, nitro: { preset: 'static' } })",
    },
    framework: 'nuxt',
    output: '.output/public',
    routing: 'spa',
  },
  {
    name: 'nuxt 2',
    files: { 'package.json': manifest('nuxt generate', { nuxt: '^2.17.0' }) },
    framework: 'nuxt',
    output: 'dist',
    routing: 'static',
  },
  {
    name: 'sveltekit',
    files: { 'package.json': manifest('vite build', kit), 'svelte.config.js': adapter('') },
    framework: 'sveltekit',
    output: 'build',
    routing: 'static',
  },
  {
    name: 'sveltekit spa',
    files: {
      'package.json': manifest('vite build', kit),
      'svelte.config.js': adapter("{ pages: 'www', assets: 'www', fallback: 'index.html' }"),
    },
    framework: 'sveltekit',
    output: 'www',
    routing: 'spa',
  },
  {
    name: 'react-router',
    files: {
      'package.json': manifest('react-router build', { ...vite, ...react, '@react-router/dev': '^7.5.0' }),
      'react-router.config.ts': 'export default { ssr: false } satisfies Config',
    },
    framework: 'react-router',
    output: 'build/client',
    routing: 'spa',
  },
  {
    name: 'react-router with buildDirectory',
    files: {
      'package.json': manifest('react-router build', { ...vite, ...react, '@react-router/dev': '^7.5.0' }),
      'react-router.config.ts': "export default { ssr: false, buildDirectory: 'out' } satisfies Config",
    },
    framework: 'react-router',
    output: 'out/client',
    routing: 'spa',
  },
]
