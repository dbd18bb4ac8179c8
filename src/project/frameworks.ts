import { readAngular } from './outputs/angular.js'
import { readAstro } from './outputs/astro.js'
import { readEleventy } from './outputs/eleventy.js'
import { readNext } from './outputs/next.js'
import { readNuxt } from './outputs/nuxt.js'
import { readParcel } from './outputs/parcel.js'
import { readCreateReactApp, readDocusaurus, readGatsby, readVueCli } from './outputs/plain.js'
import { readQwik } from './outputs/qwik.js'
import { readReactRouter } from './outputs/react-router.js'
import { readSvelteKit } from './outputs/svelte-kit.js'
import { readTanStackStart, startPackages } from './outputs/tanstack-start.js'
import { readVite } from './outputs/vite.js'
import { readVitePress } from './outputs/vitepress.js'
import type { ProjectFacts, Reading } from './reading.js'

/** A framework or build tool whose output can be told from its files. */
export interface Framework {
  /** Stable id, as in `Project.framework`. */
  readonly id: string
  readonly name: string
  /** Packages of which one has to be a dependency. */
  readonly packages: readonly string[]
  /** How its build is called: a program and its first argument. The first one is what a build script should hold. */
  readonly commands: readonly (readonly string[])[]
  readonly read: (facts: ProjectFacts) => Promise<Reading>
}

/** What is supported. Those that build with another one's tool stand before it. */
export const frameworks: readonly Framework[] = [
  { id: 'astro', name: 'Astro', packages: ['astro'], commands: [['astro', 'build']], read: readAstro },
  {
    id: 'next',
    name: 'Next.js',
    packages: ['next'],
    commands: [
      ['next', 'build'],
      ['next', 'export'],
    ],
    read: readNext,
  },
  {
    id: 'nuxt',
    name: 'Nuxt',
    packages: ['nuxt', 'nuxt3', 'nuxt-edge', 'nuxt-nightly'],
    commands: [
      ['nuxt', 'generate'],
      ['nuxt', 'build'],
      ['nuxi', 'generate'],
      ['nuxi', 'build'],
    ],
    read: readNuxt,
  },
  {
    id: 'sveltekit',
    name: 'SvelteKit',
    packages: ['@sveltejs/kit'],
    commands: [['vite', 'build']],
    read: readSvelteKit,
  },
  {
    id: 'react-router',
    name: 'React Router',
    packages: ['@react-router/dev'],
    commands: [['react-router', 'build']],
    read: readReactRouter,
  },
  {
    id: 'tanstack-start',
    name: 'TanStack Start',
    packages: startPackages,
    commands: [
      ['vite', 'build'],
      ['vinxi', 'build'],
    ],
    read: readTanStackStart,
  },
  {
    id: 'qwik',
    name: 'Qwik',
    packages: ['@builder.io/qwik', '@qwik.dev/core'],
    commands: [
      ['qwik', 'build'],
      ['vite', 'build'],
    ],
    read: readQwik,
  },
  { id: 'angular', name: 'Angular', packages: ['@angular/cli'], commands: [['ng', 'build']], read: readAngular },
  { id: 'gatsby', name: 'Gatsby', packages: ['gatsby'], commands: [['gatsby', 'build']], read: readGatsby },
  {
    id: 'docusaurus',
    name: 'Docusaurus',
    packages: ['@docusaurus/core'],
    commands: [['docusaurus', 'build']],
    read: readDocusaurus,
  },
  {
    id: 'vitepress',
    name: 'VitePress',
    packages: ['vitepress'],
    commands: [['vitepress', 'build']],
    read: readVitePress,
  },
  {
    id: 'eleventy',
    name: 'Eleventy',
    packages: ['@11ty/eleventy'],
    commands: [['eleventy'], ['@11ty/eleventy']],
    read: readEleventy,
  },
  {
    id: 'create-react-app',
    name: 'Create React App',
    packages: ['react-scripts'],
    commands: [
      ['react-scripts', 'build'],
      ['craco', 'build'],
      ['react-app-rewired', 'build'],
    ],
    read: readCreateReactApp,
  },
  {
    id: 'vue-cli',
    name: 'Vue CLI',
    packages: ['@vue/cli-service'],
    commands: [['vue-cli-service', 'build']],
    read: readVueCli,
  },
  {
    id: 'parcel',
    name: 'Parcel',
    packages: ['parcel', 'parcel-bundler'],
    commands: [['parcel', 'build']],
    read: readParcel,
  },
  { id: 'vite', name: 'Vite', packages: ['vite'], commands: [['vite', 'build']], read: readVite },
]

/** Frameworks that are known not to be read: built with a supported tool, they would be taken for it. */
export const otherFrameworks: ReadonlyMap<string, string> = new Map([
  ['@remix-run/dev', 'Remix'],
  ['@analogjs/platform', 'Analog'],
  ['@solidjs/start', 'SolidStart'],
  ['solid-start', 'SolidStart'],
  ['vike', 'Vike'],
  ['vite-plugin-ssr', 'vite-plugin-ssr'],
  ['waku', 'Waku'],
  ['@redwoodjs/core', 'RedwoodJS'],
  ['rwsdk', 'RedwoodSDK'],
  ['@shopify/hydrogen', 'Hydrogen'],
  ['@quasar/app-vite', 'Quasar'],
  ['ember-cli', 'Ember'],
  ['expo', 'Expo'],
  ['vuepress', 'VuePress'],
  ['docusaurus', 'Docusaurus 1'],
  ['hexo', 'Hexo'],
])

/** Libraries that Vite projects are written with, for the name that people know them by. */
export const viteLibraries: readonly (readonly [dependency: string, name: string])[] = [
  ['preact', 'Preact'],
  ['react', 'React'],
  ['vue', 'Vue'],
  ['svelte', 'Svelte'],
  ['solid-js', 'Solid'],
  ['lit', 'Lit'],
]
