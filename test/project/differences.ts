import type { Answer } from './oracles.js'

/** The hosts whose detection is asked. */
export type Oracle = 'netlify' | 'vercel'

/** Where we mean to differ from an oracle, and why. */
export interface Difference {
  readonly oracle: Oracle
  readonly field: keyof Answer
  readonly projects: readonly string[]
  readonly reason: string
}

const customFolders = [
  'vite with outDir',
  'vite with --outDir',
  'create-vue scripts',
  'astro with outDir',
  'sveltekit spa',
  'react-router with buildDirectory',
  'eleventy with dir.output',
  'eleventy with setOutputDirectory',
  'docusaurus with --out-dir',
  'vitepress with outDir',
  'vitepress at the root',
  'parcel with a target',
  'tanstack start as spa',
  'create react app with BUILD_PATH',
  'vue cli with outputDir',
]

/** Refused here, while the hosts propose something; of the other refused ones they make nothing either. */
const onlyHere = [
  'next without export',
  'nuxt build',
  'sveltekit with adapter-auto',
  'astro on a server',
  'astro with an adapter',
  'react-router on a server',
  'tanstack start on a server',
  'qwik on a server',
  'angular on a server',
  'vitepress outside of the project',
  'remix',
  'vite without a build script',
]

/** Every difference that is meant. */
export const differences: readonly Difference[] = [
  {
    oracle: 'netlify',
    field: 'output',
    projects: customFolders,
    reason: 'It proposes the default folder; we read the one that the configuration or the script sets.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: customFolders,
    reason: 'It proposes the default folder; we read the one that the configuration or the script sets.',
  },
  {
    oracle: 'netlify',
    field: 'framework',
    projects: ['vite solid'],
    reason: 'It has an entry for Solid; the build is that of Vite, as with the other libraries.',
  },
  {
    oracle: 'netlify',
    field: 'framework',
    projects: ['vite and vitepress'],
    reason: 'It prefers documentation over build tools; we follow what the build script runs.',
  },
  {
    oracle: 'netlify',
    field: 'build',
    projects: ['vite and vitepress', 'create-vue scripts'],
    reason: 'It picks the script that names the tool; we run the script called build, which also checks types.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['vite and vitepress'],
    reason: 'Follows from the framework.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['next export', 'next export with distDir', 'next export by command'],
    reason: 'It proposes .next, which its server runtime packs; we publish the exported files.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['next export', 'next export with distDir', 'next export by command'],
    reason: 'It names no folder, as a builder of its own takes the build over.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['nuxt generate', 'nuxt static preset'],
    reason: 'Its preset of Nitro writes to dist; that of "nuxt generate" and preset static is .output/public.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['nuxt generate', 'nuxt static preset'],
    reason: 'dist is where Nuxt 2 wrote; since Nuxt 3 it is .output/public (dist is a link to it, where made at all).',
  },
  {
    oracle: 'vercel',
    field: 'build',
    projects: ['nuxt generate', 'nuxt 2'],
    reason: 'It proposes "nuxt build", which needs a server; we keep the script, which generates files.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['sveltekit'],
    reason: 'It counts on adapter-auto turning to its own adapter; adapter-static writes to build.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['react-router'],
    reason: 'build holds client and server; a static host gets build/client only.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['angular', 'angular without outputPath', 'angular with outputPath in parts', 'angular with webpack'],
    reason: 'It looks below dist after the build; we read angular.json before it.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['angular without outputPath', 'angular with outputPath in parts'],
    reason: 'It reads outputPath as text only; Angular also takes base and browser apart, and has a default since 20.',
  },
  {
    oracle: 'netlify',
    field: 'framework',
    projects: ['angular with outputPath in parts'],
    reason: 'An outputPath that is not text makes its detection fail as a whole.',
  },
  {
    oracle: 'netlify',
    field: 'build',
    projects: ['angular with outputPath in parts'],
    reason: 'An outputPath that is not text makes its detection fail as a whole.',
  },
  {
    oracle: 'vercel',
    field: 'build',
    projects: ['eleventy', 'eleventy with setOutputDirectory'],
    reason: 'It writes "npx @11ty/eleventy"; the script calls the same program by its own name.',
  },
  {
    oracle: 'vercel',
    field: 'build',
    projects: ['vitepress at the root'],
    reason: 'It assumes that the pages are in docs; the script says that they are not.',
  },
  {
    oracle: 'vercel',
    field: 'framework',
    projects: ['qwik'],
    reason: 'It has no entry for Qwik and takes it for the Vite that it builds with.',
  },
  {
    oracle: 'vercel',
    field: 'build',
    projects: ['qwik'],
    reason: 'Follows from the framework; "qwik build" runs Vite for the browser and then for the static adapter.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['tanstack start prerendered', 'tanstack start with nitro'],
    reason: 'dist holds client and server; the pages are in dist/client, or in .output/public where Nitro packs them.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['tanstack start with nitro'],
    reason: 'Its preset of Nitro writes to dist; without that preset the folder is .output/public.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: ['plain pages', 'plain pages with package.json'],
    reason: 'It proposes nothing for plain pages; they are published from where they are.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: ['plain pages', 'plain pages with package.json'],
    reason: 'It proposes nothing for plain pages; they are published from where they are.',
  },
  {
    oracle: 'netlify',
    field: 'manager',
    projects: ['plain pages'],
    reason: 'It names none without a package.json; we name npm, which nothing runs then.',
  },
  {
    oracle: 'vercel',
    field: 'manager',
    projects: ['plain pages'],
    reason: 'It names none without a package.json; we name npm, which nothing runs then.',
  },
  {
    oracle: 'vercel',
    field: 'manager',
    projects: ['vite without a lock file'],
    reason: 'It falls back to Yarn; we fall back to npm, which comes with Node.',
  },
  {
    oracle: 'netlify',
    field: 'output',
    projects: onlyHere,
    reason:
      'It proposes a build all the same, for its own runtime or for the person to correct; we say what to change.',
  },
  {
    oracle: 'vercel',
    field: 'output',
    projects: onlyHere,
    reason:
      'It proposes a build all the same, for its own runtime or for the person to correct; we say what to change.',
  },
]
