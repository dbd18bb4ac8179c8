import { metaProjects } from './made-meta.js'
import { type MadeProject, vite } from './made-parts.js'
import { toolProjects } from './made-tools.js'
import { viteProjects } from './made-vite.js'
import { type Files, manifest } from './memory.js'

const plainProjects: readonly MadeProject[] = [
  {
    name: 'plain pages',
    files: { 'index.html': '<!doctype html>', 'public/logo.svg': '<svg/>' },
    framework: 'static',
    output: '.',
    routing: 'static',
    build: null,
  },
  {
    name: 'plain pages with package.json',
    files: { 'index.html': '<!doctype html>', 'package.json': { name: 'made', scripts: { format: 'prettier .' } } },
    framework: 'static',
    output: '.',
    routing: 'static',
    build: null,
  },
  ...(['pnpm', 'yarn', 'bun'] as const).map((manager) => ({
    name: `vite with ${manager}`,
    files: {
      'package.json': manifest('vite build', vite),
      [{ pnpm: 'pnpm-lock.yaml', yarn: 'yarn.lock', bun: 'bun.lock' }[manager]]: '',
    },
    framework: 'vite',
    output: 'dist',
    routing: 'spa' as const,
    build: `${manager} run build`,
    manager,
  })),
]

const lockFiles = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']

function withLock(files: Files): Files {
  if (!('package.json' in files) || lockFiles.some((file) => file in files)) return files
  return { ...files, 'package-lock.json': { lockfileVersion: 3 } }
}

/** Projects that can be published, by what is made with them. */
export const madeProjects: readonly MadeProject[] = [
  ...[...viteProjects, ...metaProjects, ...toolProjects, ...plainProjects].map((project) => ({
    ...project,
    files: withLock(project.files),
  })),
  {
    name: 'vite without a lock file',
    files: { 'package.json': manifest('vite build', vite) },
    framework: 'vite',
    output: 'dist',
    routing: 'spa',
  },
]
