import type { Files } from './memory.js'

/** A made project and what is to be found out about it. */
export interface MadeProject {
  readonly name: string
  readonly files: Files
  readonly framework: string
  readonly output: string
  readonly routing: 'spa' | 'static'
  /** @default 'npm run build' */
  readonly build?: string | null
  /** @default 'npm' */
  readonly manager?: string
}

/** A made project that has to be refused, and the word that its hint has to hold. */
export interface RefusedProject {
  readonly name: string
  readonly files: Files
  readonly code: string
  readonly hint: RegExp
}

export const react: Readonly<Record<string, string>> = { react: '^19.0.0' }
export const vite: Readonly<Record<string, string>> = { vite: '^7.0.0' }
export const kit: Readonly<Record<string, string>> = { ...vite, '@sveltejs/kit': '^2.20.0', svelte: '^5.0.0' }
export const start: Readonly<Record<string, string>> = {
  ...vite,
  ...react,
  '@tanstack/react-router': '^1.140.0',
  '@tanstack/router-plugin': '^1.140.0',
}
export const angular: Readonly<Record<string, string>> = { '@angular/cli': '^20.0.0', '@angular/core': '^20.0.0' }

export function adapter(options: string, module = '@sveltejs/adapter-static'): string {
  return `import adapter from '${module}'\nexport default { kit: { adapter: adapter(${options}) } }`
}

export function workspace(builder: string, options: object, more: object = {}): object {
  return {
    version: 1,
    projects: { shop: { projectType: 'application', architect: { build: { builder, options } } }, ...more },
  }
}

export function startConfig(options: string, more = ''): string {
  return `import { defineConfig } from 'vite'
import { tanstackStart } from '@tanstack/react-start/plugin/vite'
export default defineConfig({ ${more} plugins: [tanstackStart(${options})] })`
}
