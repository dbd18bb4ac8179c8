import { dirname, join } from 'node:path/posix'
import { type Import, type Module, readModule } from './read-imports.js'

/** The floors of `src`, lowest first. A file imports only from floors below its own, and from its own folder. */
const floors: readonly (readonly string[])[] = [
  ['spec'],
  ['errors'],
  ['toolkit', 'events'],
  [
    'engine',
    'container',
    'project',
    'artifacts',
    'rules',
    'checks',
    'git',
    'images',
    'targets',
    'databases',
    'blueprints',
    'verify',
    'journal',
    'tabs',
  ],
  ['steps'],
  ['the verbs'],
  ['the faces', 'element', 'react', 'cli'],
]

/** Folders that stand apart, with the folders of which they may use more than types. Only faces use them. */
const apart: Readonly<Record<string, readonly string[]>> = { relay: [], emulator: ['relay'] }

/** Folders that never run in a page. */
const nodeOnly: readonly string[] = ['emulator', 'cli']

const zodFloor = 2

/** Where a file lives: its folder, or for the files in `src` itself the floor that they are on. */
function folderOf(path: string): string {
  const slash = path.indexOf('/')
  if (slash > 0) return path.slice(0, slash)
  return path === 'index.ts' ? 'the faces' : 'the verbs'
}

function floorOf(folder: string): number {
  return floors.findIndex((floor) => floor.includes(folder))
}

/** Package of a specifier: `@scope/name/sub` gives `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

interface Edge extends Import {
  readonly from: string
  /** Path below `src`; `null` for what is not ours. */
  readonly to: string | null
}

/**
 * Compares an import graph with the rules of the house.
 *
 * @param sources texts by path below `src`
 * @param dependencies the packages that may be used at all
 * @returns one line for each violation
 */
export function findViolations(sources: ReadonlyMap<string, string>, dependencies: readonly string[]): string[] {
  const modules = new Map([...sources].map(([path, source]): [string, Module] => [path, readModule(source)]))
  const edges = [...modules].flatMap(([from, { imports }]) => imports.map((found) => toEdge(from, found)))
  return [
    ...[...modules].flatMap(([path, { runs }]) => checkFile(path, runs)),
    ...edges.flatMap((edge) =>
      edge.to === null ? checkPackage(edge, dependencies) : checkEdge(edge, edge.to, sources),
    ),
    ...checkOwners(edges),
    ...findCircles(edges),
  ]
}

function toEdge(from: string, found: Import): Edge {
  const to = found.specifier.startsWith('.') ? join(dirname(from), found.specifier).replace(/\.js$/, '.ts') : null
  return { ...found, from, to }
}

function checkFile(path: string, runs: boolean): string[] {
  const folder = folderOf(path)
  if (floorOf(folder) < 0 && !(folder in apart)) return [`${path} is in a folder that is on no floor`]
  return folder === 'spec' && runs ? [`${path} holds more than types`] : []
}

function checkEdge(edge: Edge, to: string, sources: ReadonlyMap<string, string>): string[] {
  if (to.endsWith('.json')) return []
  if (!sources.has(to)) return [`${edge.from} imports ${to}, which is not there`]
  const [from, target] = [folderOf(edge.from), folderOf(to)]
  const face = floorOf(from) === floors.length - 1
  if (/(?:^|\/)index\.ts$/.test(to) && !face) return [`${edge.from} imports the index ${to}`]
  if (from === target) return []
  const ownTools = apart[from]
  if (ownTools !== undefined) {
    const fine = ownTools.includes(target) || (target === 'spec' && edge.typeOnly)
    return fine ? [] : [`${edge.from} stands apart but imports ${to}`]
  }
  if (target in apart) return face ? [] : [`${edge.from} imports ${to}, which stands apart`]
  return floorOf(target) < floorOf(from) ? [] : [`${edge.from} imports ${to}, which is not below it`]
}

function checkPackage(edge: Edge, dependencies: readonly string[]): string[] {
  const folder = folderOf(edge.from)
  if (edge.specifier.startsWith('node:')) {
    return nodeOnly.includes(folder) ? [] : [`${edge.from} imports ${edge.specifier}, which no page has`]
  }
  const name = packageOf(edge.specifier)
  if (!dependencies.includes(name)) return [`${edge.from} imports ${name}, which is no dependency`]
  const low = !(folder in apart) && floorOf(folder) < zodFloor
  return low ? [`${edge.from} imports ${name}, but the lowest floors use no package`] : []
}

/** One third-party package belongs to one folder; zod is everyone's, and what stands apart is another program. */
function checkOwners(edges: readonly Edge[]): string[] {
  const owners = new Map<string, Set<string>>()
  for (const { to, specifier, from } of edges) {
    if (to !== null || specifier.startsWith('node:') || folderOf(from) in apart) continue
    const name = packageOf(specifier)
    if (name !== 'zod') owners.set(name, (owners.get(name) ?? new Set()).add(folderOf(from)))
  }
  const shared = [...owners].filter(([, folders]) => folders.size > 1)
  return shared.map(([name, folders]) => `${name} is used by ${[...folders].sort().join(' and ')}`)
}

/** Circles of modules that need each other to load. Types may refer to each other: nothing of that is left when it runs. */
function findCircles(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, to, typeOnly } of edges) {
    if (to !== null && !typeOnly) next.set(from, [...(next.get(from) ?? []), to])
  }
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) circles.push(`${[...trail.slice(start), path].join(' -> ')} is a circle`)
    if (start >= 0 || done.has(path)) return
    for (const following of next.get(path) ?? []) walk(following, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) walk(path, [])
  return circles
}
