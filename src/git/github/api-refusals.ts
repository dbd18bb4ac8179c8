import * as z from 'zod/mini'
import { AuthError } from '../../errors/auth-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Reply } from '../../spec/context.js'
import { closed, parseReply } from '../../toolkit/parse-reply.js'

const problemSchema = z.object({ message: z.string() })

/** GitHub's own words in an answer that is an error. @throws RequestError `reply-malformed` where it is none of GitHub's. */
export function saidIn(reply: Reply, purpose: string): string {
  return parseReply(reply, problemSchema, { provider: 'github', purpose }).message
}

/** Whether an answer says that the repository has no commit: then it takes no git objects. */
export function isEmptyRepository(status: number, said: string): boolean {
  return status === 409 && /empty/i.test(said)
}

/**
 * The error for an answer to a part of a commit. What a token may not do, GitHub hides behind "not found", and workflows are
 * what it most often may not write.
 */
export function commitRefused(
  status: number,
  said: string,
  commit: { readonly fullName: string; readonly paths: readonly string[] },
): AuthError | RequestError {
  const { fullName, paths } = commit
  if (status === 404) {
    const workflow = paths.find((path) => path.startsWith('.github/workflows/'))
    return new AuthError({
      code: 'token-forbidden',
      message: workflow
        ? `GitHub does not let this token write to ${fullName}, most likely because of the workflow ${workflow}.`
        : `GitHub does not let this token write to ${fullName}.`,
      hint: workflow
        ? 'Give the token the scope workflow (fine-grained: Workflows, read and write), or leave .github/workflows out of the commit.'
        : 'Use a token with the scope repo, or a fine-grained one with Contents: read and write, of somebody who may push to it.',
      details: { repository: fullName, status, said, ...(workflow && { workflow }) },
    })
  }
  return new RequestError({
    code: 'push-refused',
    message: `GitHub refused the commit to ${fullName}: ${closed(said)}`,
    hint: 'A protection rule, a missing right of the token, or a path that GitHub does not take may forbid it: the message tells.',
    details: { repository: fullName, status, said, ...(paths.length === 1 && { path: paths[0] }) },
  })
}

/** Bytes of a file from which on GitHub's API says "too large to process" (reported for 40 MiB, while 35 went through). */
export const mostBlobBytes: number = 40 * 1024 * 1024

/** The error for a file that only git itself can bring to GitHub. */
export function fileTooLarge({ path, size }: Pick<Artifact, 'path' | 'size'>): OptionsError {
  return new OptionsError({
    code: 'file-too-large',
    message: `${path} has ${Math.ceil(size / 1024 / 1024)} MB, which is too large for GitHub's API.`,
    hint: 'Set the option relay, with which files of up to 100 MB can be pushed; or leave the file out of the commit.',
    details: { path, size, most: mostBlobBytes },
  })
}

/** The error for an object that GitHub made, and that is not the one that was to be made. Nothing names it, so nobody sees it. */
export function objectDiffers(what: 'blob' | 'tree' | 'commit', expected: string, received: string): RequestError {
  return new RequestError({
    code: 'object-differs',
    message: `GitHub made the ${what} ${received}, and ${expected} was to be made; the branch was left as it is.`,
    hint: 'This is a defect of Tabship, or GitHub has changed how it stores files. Set the option relay, so that git itself is used.',
    details: { object: what, expected, received },
  })
}
