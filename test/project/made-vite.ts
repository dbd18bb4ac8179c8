import { type MadeProject, react, vite } from './made-parts.js'
import { manifest } from './memory.js'

/** Projects built by Vite alone. */
export const viteProjects: readonly MadeProject[] = [
  ...Object.entries({
    vanilla: {},
    react,
    vue: { vue: '^3.5.0' },
    svelte: { svelte: '^5.0.0' },
    solid: { 'solid-js': '^1.9.0' },
    preact: { preact: '^10.0.0' },
  }).map(([library, packages]) => ({
    name: `vite ${library}`,
    files: {
      'package.json': manifest('tsc -b && vite build', { ...vite, ...packages }),
      'index.html': '<!doctype html>',
      'vite.config.ts': "import { defineConfig } from 'vite'\nexport default defineConfig({ plugins: [] })",
      'public/favicon.svg': '<svg/>',
    },
    framework: 'vite',
    output: 'dist',
    routing: 'spa' as const,
  })),
  {
    name: 'vite with outDir',
    files: {
      'package.json': manifest('vite build', { ...vite, ...react }),
      'vite.config.ts':
        "import { defineConfig } from 'vite'\nexport default defineConfig({ build: { outDir: 'build' } })",
    },
    framework: 'vite',
    output: 'build',
    routing: 'spa',
  },
  {
    name: 'vite with --outDir',
    files: { 'package.json': manifest('vite build --outDir=www', vite), 'vite.config.js': 'export default {}' },
    framework: 'vite',
    output: 'www',
    routing: 'spa',
  },
  {
    name: 'vite and vitepress',
    files: {
      'package.json': {
        name: 'made',
        scripts: { build: 'vite build', 'docs:build': 'vitepress build docs' },
        devDependencies: { ...vite, vitepress: '^1.6.0' },
      },
    },
    framework: 'vite',
    output: 'dist',
    routing: 'spa',
  },
  {
    name: 'create-vue scripts',
    files: {
      'package.json': {
        name: 'made',
        scripts: {
          build: 'run-p type-check "build-only {@}" --',
          'build-only': 'vite build --outDir site',
          'type-check': 'vue-tsc --build',
        },
        devDependencies: { ...vite, vue: '^3.5.0' },
      },
    },
    framework: 'vite',
    output: 'site',
    routing: 'spa',
  },
]
