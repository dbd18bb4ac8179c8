import type { Git } from '../git-process.js'
import { listFolder } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import { WorkflowError } from './expressions/tokens.js'
import { readWorkflow } from './read-workflow.js'
import type { ActionsState, WorkflowRecord } from './state.js'
import type { Workflow } from './workflow.js'

/** A workflow file at one commit. */
export interface WorkflowFile {
  readonly path: string
  /** `undefined` where it is invalid. */
  readonly workflow: Workflow | undefined
  /** What is wrong with it. */
  readonly problem: string | undefined
}

/** Reads the workflow files of a commit. */
export async function readWorkflowFiles(git: Git, { path }: EmulatedRepository, sha: string): Promise<WorkflowFile[]> {
  const names = await listFolder(git, { path }, sha, '.github/workflows')
  const paths = names.filter((one) => /\.ya?ml$/.test(one))
  return Promise.all(
    paths.map(async (one): Promise<WorkflowFile> => {
      const source = await git.run(path, ['cat-file', 'blob', `${sha}:${one}`])
      try {
        return { path: one, workflow: await readWorkflow(source.toString()), problem: undefined }
      } catch (error) {
        if (!(error instanceof WorkflowError)) throw error
        return { path: one, workflow: undefined, problem: error.message }
      }
    }),
  )
}

/** What a workflow is called: by its path where the file says nothing. */
export function workflowName({ path, workflow }: WorkflowFile): string {
  return String(workflow?.name ?? path)
}

/** The workflows of a repository. */
export interface WorkflowRegister {
  /** Those that are known, after a look at the default branch. */
  list(repository: EmulatedRepository): Promise<WorkflowRecord[]>
  /** The one of that file, which becomes known. */
  ensure(repository: EmulatedRepository, file: WorkflowFile): WorkflowRecord
}

/** Makes the register. GitHub knows a workflow from when it is on the default branch, or has run. */
export function createWorkflowRegister(
  git: Git,
  { workflows }: ActionsState,
  nextId: () => number,
  now: () => number,
): WorkflowRegister {
  const ensure = (repository: EmulatedRepository, file: WorkflowFile): WorkflowRecord => {
    const name = workflowName(file)
    const found = workflows.find((one) => one.repository === repository && one.path === file.path)
    if (!found) {
      const time = now()
      const made = { id: nextId(), repository, path: file.path, name, createdAt: time, updatedAt: time, runs: 0 }
      workflows.push(made)
      return made
    }
    if (found.name !== name) Object.assign(found, { name, updatedAt: now() })
    return found
  }
  return {
    ensure,
    list: async (repository) => {
      const head = `refs/heads/${await defaultBranch(repository)}`
      const sha = await git.run(repository.path, ['rev-parse', '--verify', '--quiet', head], { accept: [0, 1] })
      const files = sha.length > 0 ? await readWorkflowFiles(git, repository, sha.toString().trim()) : []
      for (const file of files) ensure(repository, file)
      return workflows.filter((one) => one.repository === repository)
    },
  }
}
