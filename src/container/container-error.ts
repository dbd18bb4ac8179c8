import { BuildError } from '../errors/build-error.js'

/** The code that a container's file system puts in front of its messages, for example `ENOENT`. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error ? /^([A-Z]+):/.exec(error.message)?.[1] : undefined
}

/** Whether the error says that the container was torn down, and nothing about the file or the command. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && /\bProxy has been released\b/.test(error.message)
}

/** What to throw when {@link isLost}. */
export function containerLost(cause: unknown): BuildError {
  return new BuildError({
    code: 'container-lost',
    message: `The container no longer answers: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'It was torn down or has crashed. Reload the page to start a new one, then deploy again.',
    retryable: true,
    cause,
  })
}
