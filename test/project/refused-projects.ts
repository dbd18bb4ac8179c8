import { adapter, angular, kit, type RefusedProject, react, start, startConfig, vite, workspace } from './made-parts.js'
import { manifest } from './memory.js'

/** Projects that have to be refused, each with a way out in its hint. */
export const refusedProjects: readonly RefusedProject[] = [
  {
    name: 'next without export',
    files: {
      'package.json': manifest('next build', { next: '^15.0.0', ...react }),
      'next.config.mjs': 'export default {}',
    },
    code: 'server-target-needed',
    hint: /output: 'export'.*next\.config\.mjs/,
  },
  {
    name: 'nuxt build',
    files: {
      'package.json': {
        name: 'made',
        scripts: { build: 'nuxt build', generate: 'nuxt generate' },
        devDependencies: { nuxt: '^4.0.0' },
      },
    },
    code: 'server-target-needed',
    hint: /buildCommand: 'npm run generate'/,
  },
  {
    name: 'sveltekit with adapter-auto',
    files: { 'package.json': manifest('vite build', kit), 'svelte.config.js': adapter('', '@sveltejs/adapter-auto') },
    code: 'server-target-needed',
    hint: /adapter-static/,
  },
  {
    name: 'astro on a server',
    files: {
      'package.json': manifest('astro build', { astro: '^5.0.0', '@astrojs/node': '^9.0.0' }),
      'astro.config.mjs': "import node from '@astrojs/node'\nexport default { output: 'server', adapter: node() }",
    },
    code: 'server-target-needed',
    hint: /output: 'static'/,
  },
  {
    name: 'astro with an adapter',
    files: {
      'package.json': manifest('astro build', { astro: '^5.0.0' }),
      'astro.config.mjs': "import node from '@astrojs/node'\nexport default { adapter: node() }",
    },
    code: 'server-target-needed',
    hint: /Remove adapter/,
  },
  {
    name: 'react-router on a server',
    files: {
      'package.json': manifest('react-router build', { ...vite, '@react-router/dev': '^7.5.0' }),
      'react-router.config.ts': 'export default { ssr: true } satisfies Config',
    },
    code: 'server-target-needed',
    hint: /ssr: false/,
  },
  {
    name: 'tanstack start on a server',
    files: {
      'package.json': manifest('vite build', { ...start, '@tanstack/react-start': '^1.140.0' }),
      'vite.config.ts': startConfig(''),
    },
    code: 'server-target-needed',
    hint: /prerender or spa/,
  },
  {
    name: 'qwik on a server',
    files: { 'package.json': manifest('qwik build', { ...vite, '@builder.io/qwik': '^1.12.0' }) },
    code: 'server-target-needed',
    hint: /qwik add static/,
  },
  {
    name: 'angular on a server',
    files: {
      'package.json': manifest('ng build', angular),
      'angular.json': workspace('@angular/build:application', {
        outputMode: 'server',
        ssr: { entry: 'src/server.ts' },
      }),
    },
    code: 'server-target-needed',
    hint: /outputMode: 'static'/,
  },
  {
    name: 'vitepress outside of the project',
    files: {
      'package.json': manifest('vitepress build', { vitepress: '^1.6.0' }),
      '.vitepress/config.ts':
        "import { defineConfig } from 'vitepress'\nexport default defineConfig({ outDir: '../site' })",
    },
    code: 'options-invalid',
    hint: /outputDirectory/,
  },
  {
    name: 'remix',
    files: { 'package.json': manifest('remix vite:build', { ...vite, '@remix-run/dev': '^2.16.0' }) },
    code: 'framework-unknown',
    hint: /outputDirectory/,
  },
  {
    name: 'webpack',
    files: { 'package.json': manifest('webpack', { webpack: '^5.0.0' }) },
    code: 'framework-unknown',
    hint: /outputDirectory/,
  },
  {
    name: 'vite without a build script',
    files: { 'package.json': manifest(undefined, vite), 'index.html': '<!doctype html>' },
    code: 'build-script-missing',
    hint: /"build": "vite build"/,
  },
  {
    name: 'nothing to build',
    files: { 'package.json': manifest(undefined, {}), 'public/index.html': '<!doctype html>' },
    code: 'build-script-missing',
    hint: /buildCommand: null/,
  },
  {
    name: 'no project',
    files: { 'README.md': '# Made' },
    code: 'project-empty',
    hint: /index\.html, or pass project\.root/,
  },
  {
    name: 'only public',
    files: { 'public/index.html': '<!doctype html>' },
    code: 'project-empty',
    hint: /project\.outputDirectory: 'public'/,
  },
]
