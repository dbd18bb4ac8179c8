import { ConflictError } from '../../errors/conflict-error.js'

const code = 'repository-empty'

/** The error for a repository without a commit, which takes no git objects. */
export function repositoryEmpty(fullName: string): ConflictError {
  return new ConflictError({
    code,
    message: `The repository ${fullName} has no commit yet, so GitHub's API takes no files for it.`,
    hint: 'Create it with a first commit, or set the option relay.',
    details: { repository: fullName },
  })
}

/** Whether it is that error. */
export function isRepositoryEmpty(error: unknown): boolean {
  return error instanceof ConflictError && error.code === code
}
