import type { Project } from '../../spec/project.js'

/** Frameworks by Vercel's names for them (`@vercel/frameworks`). What is not here is built by its command alone. */
const frameworks: ReadonlyMap<string, string> = new Map([
  ['astro', 'astro'],
  ['next', 'nextjs'],
  ['nuxt', 'nuxtjs'],
  ['sveltekit', 'sveltekit-1'],
  ['react-router', 'react-router'],
  ['tanstack-start', 'tanstack-start'],
  ['angular', 'angular'],
  ['gatsby', 'gatsby'],
  ['docusaurus', 'docusaurus-2'],
  ['vitepress', 'vitepress'],
  ['eleventy', 'eleventy'],
  ['create-react-app', 'create-react-app'],
  ['vue-cli', 'vue'],
  ['parcel', 'parcel'],
  ['vite', 'vite'],
])
/** Those whose adapters leave a server: Vercel knows where, and a folder of static files would be the wrong one. */
const servers = new Set(['nextjs', 'nuxtjs', 'sveltekit-1', 'react-router', 'tanstack-start', 'astro'])
/** The versions of Node that Vercel builds with (`@vercel/sdk`, `nodeVersion`), without those that it has retired. */
const nodeVersions = new Set(['20', '22', '24'])

/** How Vercel is to build a project. */
export interface BuildSettings {
  readonly framework: string | null
  readonly buildCommand: string | null
  readonly installCommand: string | null
  readonly outputDirectory: string | null
  readonly rootDirectory: string | null
  readonly nodeVersion?: string
}

/** @param folder Of the project, below the root of the source; `.` is the root itself. */
export function buildSettingsOf(project: Project, folder: string): BuildSettings {
  const { buildCommand, outputDirectory, outputSource } = project
  const framework = frameworks.get(project.framework) ?? null
  const hasOwnOutput = framework !== null && servers.has(framework) && outputSource !== 'option'
  return {
    framework,
    buildCommand,
    // To Vercel, no command is the usual one, and an empty one is none.
    installCommand: project.installCommand ?? '',
    outputDirectory: hasOwnOutput ? null : outputDirectory,
    rootDirectory: folder === '.' ? null : folder,
    ...nodeVersionOf(project.nodeVersion),
  }
}

/** @returns Vercel's name of a version such as `>=20.9`, `v22` or `lts/jod`; nothing where it builds with none of that kind. */
export function nodeVersionOf(wanted: string | null): { readonly nodeVersion?: string } {
  const major = /\d+/.exec(wanted ?? '')?.[0]
  return major !== undefined && nodeVersions.has(major) ? { nodeVersion: `${major}.x` } : {}
}
