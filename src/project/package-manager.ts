import type { PackageManager } from '../spec/project.js'
import type { PackageJson } from './package-json.js'

/** Lock files, the surest first: where two stand side by side, the first one decides. */
const lockFiles: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
]

/** What was found out about the package manager. */
export interface PackageManagerReading {
  readonly packageManager: PackageManager
  readonly source: string
  readonly notes: readonly string[]
}

/** Names of the package managers that are known. */
export const packageManagers: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun']

/** Reads the package manager from the `packageManager` field, then from the lock files at the root. */
export function readPackageManager(
  manifest: PackageJson,
  names: readonly string[],
  option: PackageManager | undefined,
): PackageManagerReading {
  const locks = lockFiles.filter(([file]) => names.includes(file))
  const notes: string[] = []
  const decided = decide(manifest, locks, option, notes)
  const managers = new Set(locks.map(([, manager]) => manager))
  if (managers.size > 1) {
    const files = locks.map(([file]) => file).join(' and ')
    notes.push(
      `${files} stand side by side; ${decided.packageManager} is used. Delete the lock file that is out of use.`,
    )
  }
  const inWorkspace = [...manifest.dependencies.values()].some((range) => range.startsWith('workspace:'))
  if (inWorkspace && locks.length === 0) {
    notes.push(
      'Dependencies come from a workspace whose lock file is in a parent folder: mount the whole workspace and pass project.root.',
    )
  }
  if (manifest.workspaces !== undefined || names.includes('pnpm-workspace.yaml')) {
    notes.push('This is the root of a workspace; to deploy one of its packages, pass its folder as project.root.')
  }
  if (decided.packageManager === 'bun' && option === undefined) {
    notes.push("Bun is a native program, which a WebContainer can't run: pass packageManager: 'npm' to build there.")
  }
  return { ...decided, notes }
}

function decide(
  manifest: PackageJson,
  locks: typeof lockFiles,
  option: PackageManager | undefined,
  notes: string[],
): Omit<PackageManagerReading, 'notes'> {
  if (option) return { packageManager: option, source: 'option' }
  const field = manifest.packageManager
  if (field !== undefined) {
    const name = typeof field === 'string' ? field.replace(/@.*$/s, '') : undefined
    const named = packageManagers.find((manager) => manager === name)
    if (named) return { packageManager: named, source: 'packageManager field' }
    notes.push(
      `The packageManager field of package.json names none of ${packageManagers.join(', ')}; it is ignored. Correct it.`,
    )
  }
  const lock = locks[0]
  return lock ? { packageManager: lock[1], source: lock[0] } : { packageManager: 'npm', source: 'default' }
}
