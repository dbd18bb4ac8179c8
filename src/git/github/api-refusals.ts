import * as z from 'zod/mini'
import { AuthError } from '../../errors/auth-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Reply } from '../../spec/context.js'
import { describeExcess, describeLimit } from '../../toolkit/describe-measures.js'
import { closed, parseReply } from '../../toolkit/parse-reply.js'
import { ruleRefusal } from '../rule-refusal.js'

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
  const broken = ruleRefusal(said)
  if (broken) {
    const { rules, hint } = broken
    return new RequestError({
      code: 'push-refused',
      message: `The rules of ${fullName} do not let the commit onto the branch: ${closed(rules.join(' ') || said)}`,
      hint,
      details: { repository: fullName, status, said, rules },
    })
  }
  return new RequestError({
    code: 'push-refused',
    message: `GitHub refused the commit to ${fullName}: ${closed(said)}`,
    hint: 'A missing right of the token, or a path that GitHub does not take may forbid it: the message tells.',
    details: { repository: fullName, status, said, ...(paths.length === 1 && { path: paths[0] }) },
  })
}

/** Bytes of a file from which on GitHub's API says "too large to process" (reported for 40 MiB, while 35 went through). */
export const mostBlobBytes: number = 40 * 1024 * 1024

/** The error for a file that only git itself can bring to GitHub. @param others Files of which the same is to be said. */
export function fileTooLarge(
  { path, size }: Pick<Artifact, 'path' | 'size'>,
  others: readonly Pick<Artifact, 'path'>[] = [],
): OptionsError {
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  const limit = describeLimit(mostBlobBytes)
  return new OptionsError({
    code: 'file-too-large',
    message: `${path}${more} has ${describeExcess(size, mostBlobBytes)}; without a relay, commits are made with GitHub's API, which takes no file of ${limit} or more.`,
    hint: 'Set the option relay: with it, files of up to 100 MiB can be pushed. Or leave it out with files.exclude.',
    details: { path, size, most: mostBlobBytes, paths: [path, ...others.map((one) => one.path)].slice(0, 20) },
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
