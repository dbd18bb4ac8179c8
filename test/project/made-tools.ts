import { angular, type MadeProject, react, start, startConfig, vite, workspace } from './made-parts.js'
import { manifest } from './memory.js'

/** Projects of site generators and build tools. */
export const toolProjects: readonly MadeProject[] = [
  {
    name: 'angular',
    files: {
      'package.json': manifest('ng build', angular),
      'angular.json': workspace('@angular/build:application', { outputPath: 'dist/shop' }),
    },
    framework: 'angular',
    output: 'dist/shop/browser',
    routing: 'spa',
  },
  {
    name: 'angular without outputPath',
    files: {
      'package.json': manifest('ng build', angular),
      'angular.json': workspace('@angular/build:application', {}),
    },
    framework: 'angular',
    output: 'dist/shop/browser',
    routing: 'spa',
  },
  {
    name: 'angular with outputPath in parts',
    files: {
      'package.json': manifest('ng build', angular),
      'angular.json': workspace('@angular/build:application', { outputPath: { base: 'site', browser: '' } }),
    },
    framework: 'angular',
    output: 'site',
    routing: 'spa',
  },
  {
    name: 'angular with webpack',
    files: {
      'package.json': manifest('ng build', { '@angular/cli': '^17.0.0' }),
      'angular.json': workspace('@angular-devkit/build-angular:browser', { outputPath: 'dist/shop' }),
    },
    framework: 'angular',
    output: 'dist/shop',
    routing: 'spa',
  },
  {
    name: 'gatsby',
    files: { 'package.json': manifest('gatsby build', { gatsby: '^5.0.0', ...react }), 'gatsby-config.js': '' },
    framework: 'gatsby',
    output: 'public',
    routing: 'static',
  },
  {
    name: 'eleventy',
    files: { 'package.json': manifest('eleventy', { '@11ty/eleventy': '^3.0.0' }) },
    framework: 'eleventy',
    output: '_site',
    routing: 'static',
  },
  {
    name: 'eleventy with dir.output',
    files: {
      'package.json': manifest('npx @11ty/eleventy', { '@11ty/eleventy': '^2.0.0' }),
      '.eleventy.js': `module.exports = function (config) {
  config.addPassthroughCopy('css')
  return { dir: { input: 'src', output: 'www' } }
}`,
    },
    framework: 'eleventy',
    output: 'www',
    routing: 'static',
  },
  {
    name: 'eleventy with setOutputDirectory',
    files: {
      'package.json': manifest('eleventy', { '@11ty/eleventy': '^3.0.0' }),
      'eleventy.config.js': "export default async function (config) {\n  config.setOutputDirectory('dist')\n}",
    },
    framework: 'eleventy',
    output: 'dist',
    routing: 'static',
  },
  {
    name: 'docusaurus',
    files: {
      'package.json': manifest('docusaurus build', { '@docusaurus/core': '^3.0.0' }),
      'docusaurus.config.ts': '',
    },
    framework: 'docusaurus',
    output: 'build',
    routing: 'static',
  },
  {
    name: 'docusaurus with --out-dir',
    files: { 'package.json': manifest('docusaurus build --out-dir site', { '@docusaurus/core': '^3.0.0' }) },
    framework: 'docusaurus',
    output: 'site',
    routing: 'static',
  },
  {
    name: 'vitepress in docs',
    files: {
      'package.json': {
        name: 'made',
        scripts: { 'docs:dev': 'vitepress dev docs', 'docs:build': 'vitepress build docs' },
        devDependencies: { vitepress: '^1.6.0' },
      },
      'docs/.vitepress/config.mts': "export default { title: 'Made' }",
    },
    framework: 'vitepress',
    output: 'docs/.vitepress/dist',
    routing: 'static',
    build: 'npm run docs:build',
  },
  {
    name: 'vitepress at the root',
    files: { 'package.json': manifest('vitepress build', { vitepress: '^1.6.0' }) },
    framework: 'vitepress',
    output: '.vitepress/dist',
    routing: 'static',
  },
  {
    name: 'vitepress with outDir',
    files: {
      'package.json': manifest('vitepress build docs', { vitepress: '^1.6.0' }),
      'docs/.vitepress/config.ts':
        "import { defineConfig } from 'vitepress'\nexport default defineConfig({ outDir: '../site' })",
    },
    framework: 'vitepress',
    output: 'site',
    routing: 'static',
  },
  {
    name: 'parcel',
    files: { 'package.json': manifest('parcel build src/index.html', { parcel: '^2.0.0' }) },
    framework: 'parcel',
    output: 'dist',
    routing: 'spa',
  },
  {
    name: 'parcel with a target',
    files: {
      'package.json': manifest('parcel build', { parcel: '^2.0.0' }, { targets: { default: { distDir: './www' } } }),
    },
    framework: 'parcel',
    output: 'www',
    routing: 'spa',
  },
  {
    name: 'qwik',
    files: {
      'package.json': {
        name: 'made',
        scripts: {
          build: 'qwik build',
          'build.server': 'qwik check-client && vite build -c adapters/static/vite.config.ts',
        },
        devDependencies: { ...vite, '@builder.io/qwik': '^1.12.0', '@builder.io/qwik-city': '^1.12.0' },
      },
    },
    framework: 'qwik',
    output: 'dist',
    routing: 'static',
  },
  {
    name: 'tanstack start prerendered',
    files: {
      'package.json': manifest('vite build', { ...start, '@tanstack/react-start': '^1.140.0' }),
      'vite.config.ts': startConfig('{ prerender: { enabled: true } }'),
    },
    framework: 'tanstack-start',
    output: 'dist/client',
    routing: 'static',
  },
  {
    name: 'tanstack start as spa',
    files: {
      'package.json': manifest('vite build', { ...start, '@tanstack/react-start': '^1.140.0' }),
      'vite.config.ts': startConfig(
        "{ spa: { enabled: true, prerender: { outputPath: '/index.html' } } }",
        "build: { outDir: 'b' },",
      ),
    },
    framework: 'tanstack-start',
    output: 'b/client',
    routing: 'spa',
  },
  {
    name: 'tanstack start with nitro',
    files: {
      'package.json': manifest('vite build', { ...start, '@tanstack/react-start': '^1.125.0' }),
      'vite.config.ts': startConfig('{ prerender: { enabled: true } }'),
    },
    framework: 'tanstack-start',
    output: '.output/public',
    routing: 'static',
  },
  {
    name: 'create react app',
    files: { 'package.json': manifest('react-scripts build', { 'react-scripts': '^5.0.0', ...react }) },
    framework: 'create-react-app',
    output: 'build',
    routing: 'spa',
  },
  {
    name: 'create react app with BUILD_PATH',
    files: {
      'package.json': manifest('cross-env BUILD_PATH=./www react-scripts build', {
        'react-scripts': '^5.0.0',
        ...react,
      }),
    },
    framework: 'create-react-app',
    output: 'www',
    routing: 'spa',
  },
  {
    name: 'vue cli',
    files: { 'package.json': manifest('vue-cli-service build', { '@vue/cli-service': '^5.0.0', vue: '^3.5.0' }) },
    framework: 'vue-cli',
    output: 'dist',
    routing: 'spa',
  },
  {
    name: 'vue cli with outputDir',
    files: {
      'package.json': manifest('vue-cli-service build', { '@vue/cli-service': '^5.0.0' }),
      'vue.config.js':
        "const { defineConfig } = require('@vue/cli-service')\nmodule.exports = defineConfig({ outputDir: 'www' })",
    },
    framework: 'vue-cli',
    output: 'www',
    routing: 'spa',
  },
]
