/** One entry of the list `errors` in GitHub's 422 answers. */
export interface FieldError {
  readonly resource: string
  readonly code: string
  readonly field?: string
  readonly message?: string
}

/** An answer of GitHub's that is an error: thrown where it is found, answered where requests arrive. */
export class GithubProblem extends Error {
  override readonly name = 'GithubProblem'
  readonly status: number
  readonly errors: readonly FieldError[] | undefined
  /** Where GitHub explains it; without it, the page of the endpoint. */
  readonly documentation: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly FieldError[]
      readonly documentation?: string
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.errors = more.errors
    this.documentation = more.documentation
    this.headers = more.headers ?? {}
  }

  /** The body as GitHub writes it; the status is repeated as a string. */
  body(page: string): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: this.documentation ?? page,
      status: String(this.status),
    }
  }
}

/** What is not there, and what one may not know of. */
export function notFound(): GithubProblem {
  return new GithubProblem(404, 'Not Found')
}

/** The answer to a token that is not known. */
export function badCredentials(): GithubProblem {
  return new GithubProblem(401, 'Bad credentials')
}

/** Asked of the commits of a repository that has none. */
export function emptyRepository(): GithubProblem {
  return new GithubProblem(409, 'Git Repository is empty.')
}
