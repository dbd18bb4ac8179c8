import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../accounts.js'
import { createBareRepositories } from '../bare-repositories.js'
import type { Git } from '../git-process.js'
import { gitConfiguration, hooks } from './hooks.js'
import type { Namespace } from './namespaces.js'

/** GitLab's levels of access ("Roles and permissions"): Guest, Reporter, Developer, Maintainer, Owner. */
export type AccessLevel = 0 | 10 | 20 | 30 | 40 | 50

/** Who may see a project besides its members: nobody, who is signed in, everyone. */
export type Visibility = 'private' | 'internal' | 'public'

/** A proposal to merge a branch. */
export interface MergeRequest {
  /** Among all of GitLab's, while `iid` is among the project's. */
  readonly id: number
  readonly iid: number
  readonly title: string
  readonly description: string | null
  readonly source: string
  readonly target: string
  readonly author: Account
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** A project: what GitLab knows of it beside what git holds. */
export interface EmulatedProject {
  readonly id: number
  readonly namespace: Namespace
  name: string
  readonly path: string
  /** `group/subgroup/project` */
  readonly fullPath: string
  /** The bare repository's folder. */
  readonly folder: string
  visibility: Visibility
  description: string | null
  archived: boolean
  /** Users beside the members of the namespace, by login; `invited`: by a group that the project is shared with. */
  readonly members: Map<string, { readonly level: AccessLevel; readonly invited?: boolean }>
  /** Branches that only Maintainers push to, and nobody with force; the default branch is, from the first push on. */
  readonly protectedBranches: Set<string>
  readonly mergeRequests: MergeRequest[]
  /** Milliseconds since the epoch, as are the others. */
  readonly createdAt: number
  /** The last push; what is set is added to all of them. */
  pushedAt: number
  readonly pushes: number[]
}

/** The projects of one emulator: one bare repository each, behind REST and behind smart HTTP. */
export interface ProjectStore {
  readonly all: readonly EmulatedProject[]
  /** By id or by full path in any case. */
  find(idOrPath: string): EmulatedProject | undefined
  /** Whether the path is in use, in any case: by a project that is being made, too. */
  taken(fullPath: string): boolean
  /** @throws where there is one of that path already. */
  create(namespace: Namespace, path: string): Promise<EmulatedProject>
}

/** Where a repository lies below the folder of all of them. */
export function projectFolder(fullPath: string): string {
  return `${fullPath}.git`.toLowerCase()
}

/** The branch that HEAD names, whether it exists or not. */
export async function defaultBranch({ folder }: EmulatedProject): Promise<string> {
  const head = await readFile(join(folder, 'HEAD'), 'utf8')
  return head.trim().replace('ref: refs/heads/', '')
}

/**
 * What a user may do in a project, whatever token they hold: 0 is what anyone may.
 *
 * @param direct leaves out what comes of groups that the project is shared with
 */
export function accessOf(project: EmulatedProject, user: Account | undefined, direct = false): AccessLevel {
  if (!user) return 0
  if (project.namespace.account.members.includes(user.login)) return 50
  const member = project.members.get(user.login)
  return member && !(direct && member.invited) ? member.level : 0
}

/** Whether a user may know of a project and read it. */
export function mayRead(project: EmulatedProject, user: Account | undefined): boolean {
  if (project.visibility === 'public' || (project.visibility === 'internal' && user)) return true
  return accessOf(project, user) >= 10
}

/** What a store of projects needs. */
export interface ProjectStoreOptions {
  /** Existing folder for the bare repositories. */
  readonly root: string
  /** Folder for the repository that all are copies of, made here. */
  readonly template: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Gives the id of the next project. */
  readonly ids: () => number
}

/** Makes the store. */
export function createProjects(git: Git, { root, template, now, ids }: ProjectStoreOptions): ProjectStore {
  const make = createBareRepositories(git, template, { config: gitConfiguration, hooks })
  const projects = new Map<string, EmulatedProject>()
  const beingMade = new Set<string>()
  const taken = (key: string): boolean => projects.has(key) || beingMade.has(key)
  return {
    get all() {
      return [...projects.values()]
    },
    find: (idOrPath) =>
      projects.get(projectFolder(idOrPath)) ?? [...projects.values()].find(({ id }) => String(id) === idOrPath),
    taken: (fullPath) => taken(projectFolder(fullPath)),
    create: async (namespace, path) => {
      const fullPath = `${namespace.fullPath}/${path}`
      const key = projectFolder(fullPath)
      if (taken(key)) throw new Error(`${fullPath} exists already`)
      const folder = join(root, key)
      beingMade.add(key)
      try {
        await make(folder)
      } finally {
        beingMade.delete(key)
      }
      const time = now()
      const project: EmulatedProject = {
        id: ids(),
        namespace,
        name: path,
        path,
        fullPath,
        folder,
        visibility: 'private',
        description: null,
        archived: false,
        members: new Map(),
        protectedBranches: new Set(),
        mergeRequests: [],
        createdAt: time,
        pushes: [],
        get pushedAt() {
          return Math.max(time, ...this.pushes)
        },
        set pushedAt(pushed) {
          this.pushes.push(pushed)
        },
      }
      projects.set(key, project)
      return project
    },
  }
}
