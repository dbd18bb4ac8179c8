import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../accounts.js'
import { createBareRepositories } from '../bare-repositories.js'
import type { Git } from './git-process.js'
import { gitConfiguration, hooks } from './hooks.js'
import type { NextId } from './ids.js'
import type { Permission } from './permissions.js'
import type { EmulatedComment, EmulatedPull } from './pulls.js'
import { createSetup, type RepositorySetup } from './settings/repository-setup.js'

/** A repository: what GitHub knows of it beside what git holds. */
export interface EmulatedRepository {
  readonly id: number
  readonly owner: Account
  readonly name: string
  /** The bare repository's folder. */
  readonly path: string
  private: boolean
  description: string | null
  homepage: string | null
  archived: boolean
  /** Flags such as `has_issues` that differ from their defaults. */
  readonly settings: Record<string, boolean | string>
  /** Topics, rules, secrets, environments, hooks, keys and deployments. */
  readonly setup: RepositorySetup
  readonly pulls: EmulatedPull[]
  readonly comments: EmulatedComment[]
  /** Users beside the owner, by login. */
  readonly collaborators: Map<string, Exclude<Permission, 'none'>>
  /** Milliseconds since the epoch, as are the other two. */
  readonly createdAt: number
  updatedAt: number
  pushedAt: number
  /** From when on git finds it, and the API its first commit. */
  readonly foundFrom: number
}

/** The repositories of one emulator: one bare repository each, behind REST and behind smart HTTP. */
export interface RepositoryStore {
  readonly all: readonly EmulatedRepository[]
  /** Whether the name is in use, in any case: by a repository that is being made, too. */
  taken(owner: string, name: string): boolean
  /** Finds it in any case. */
  find(owner: string, name: string): EmulatedRepository | undefined
  /** @throws where the owner has one of that name already. */
  create(owner: Account, name: string): Promise<EmulatedRepository>
}

/** Where a repository lies below the folder of all of them. */
export function repositoryPath(owner: string, name: string): string {
  return `${owner}/${name}.git`.toLowerCase()
}

/** The branch that HEAD names, whether it exists or not. */
export async function defaultBranch(repository: EmulatedRepository): Promise<string> {
  const head = await readFile(join(repository.path, 'HEAD'), 'utf8')
  return head.trim().replace('ref: refs/heads/', '')
}

/** What the store is made with. */
export interface RepositoriesOptions {
  /** Existing folder for the bare repositories. */
  readonly root: string
  /** Folder for the repository that all are copies of, made here. */
  readonly template: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly nextId: NextId
  /** Milliseconds until one that is new is found everywhere. */
  readonly delay: number
}

/** Makes the store. */
export function createRepositories(git: Git, options: RepositoriesOptions): RepositoryStore {
  const { root, template, now, nextId, delay } = options
  const make = createBareRepositories(git, template, { config: gitConfiguration, hooks })
  const repositories = new Map<string, EmulatedRepository>()
  const beingMade = new Set<string>()
  const taken = (key: string): boolean => repositories.has(key) || beingMade.has(key)
  return {
    get all() {
      return [...repositories.values()]
    },
    taken: (owner, name) => taken(repositoryPath(owner, name)),
    find: (owner, name) => repositories.get(repositoryPath(owner, name)),
    create: async (owner, name) => {
      const key = repositoryPath(owner.login, name)
      if (taken(key)) throw new Error(`${owner.login}/${name} exists already`)
      const path = join(root, key)
      beingMade.add(key)
      try {
        await make(path)
      } finally {
        beingMade.delete(key)
      }
      const time = now()
      const repository: EmulatedRepository = {
        id: nextId(),
        owner,
        name,
        path,
        private: false,
        description: null,
        homepage: null,
        archived: false,
        settings: {},
        setup: createSetup(),
        pulls: [],
        comments: [],
        collaborators: new Map(),
        createdAt: time,
        updatedAt: time,
        pushedAt: time,
        foundFrom: time + delay,
      }
      repositories.set(key, repository)
      return repository
    },
  }
}
