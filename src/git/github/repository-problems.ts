import { AuthError } from '../../errors/auth-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { closed } from '../../toolkit/parse-reply.js'
import type { GithubRepository } from './api.js'

/** The error for the token of somebody else than the one who began. */
export function otherOwner(before: string, owner: string, name: string): OptionsError {
  return new OptionsError({
    code: 'resume-differs',
    message: `This deployment began with the repository ${before}/${name}, and this token is of ${owner}.`,
    hint: `Use a token of ${before}, or deploy anew.`,
    details: { before, owner },
  })
}

/** The error for a repository of which nobody knows whose it is to be. */
export function ownerMissing(name: string): OptionsError {
  return new OptionsError({
    code: 'repository-owner-missing',
    message: `This token belongs to no user (it may be of an app), so it is not known whose repository ${name} is.`,
    hint: `Give github.repository with its owner: owner/${name}.`,
    details: { name },
  })
}

/** The error for a repository that takes nothing any more. */
export function archived({ full_name: fullName, html_url: url }: GithubRepository): ConflictError {
  return new ConflictError({
    code: 'repository-taken',
    message: `The repository ${fullName} is archived, so nobody can write to it.`,
    hint: `Unarchive it in its settings (${url}/settings, "Unarchive this repository"), or choose another name for github.repository.`,
    details: { repository: fullName, archived: true },
  })
}

/** The error for a repository that this token may not write to. */
export function notWritable(fullName: string, why: string): ConflictError {
  return new ConflictError({
    code: 'repository-taken',
    message: `The repository ${fullName} exists, and ${why}.`,
    hint: 'Choose another name for github.repository, or ask its owner for write access.',
    details: { repository: fullName },
  })
}

/** The error for a repository that GitHub does not make. It says of a name that is in use: "name already exists on this account". */
export function refused(fullName: string, said: string): ConflictError | OptionsError {
  if (!/already exists/i.test(said)) {
    return new OptionsError({
      code: 'repository-refused',
      message: `GitHub does not make a repository ${fullName}: ${closed(said)}`,
      hint: 'The message says what it objects to. Correct github.repository or github.description.',
      details: { repository: fullName, said },
    })
  }
  return new ConflictError({
    code: 'repository-taken',
    message: `The name ${fullName} is taken by a repository that this token cannot see.`,
    hint: 'Choose another name for github.repository, or use a token that can see it.',
    details: { repository: fullName },
  })
}

/** The error for a repository that this token may not make. */
export function mayNotCreate(fullName: string, isPrivate: boolean): AuthError {
  return new AuthError({
    code: 'token-forbidden',
    message: `GitHub does not allow this token to create the repository ${fullName}.`,
    hint: `Use a token with the scope ${isPrivate ? 'repo' : 'repo (or public_repo)'}, or a fine-grained one with Administration: write, of somebody who may create repositories there.`,
    details: { repository: fullName },
  })
}
