/** An answer of GitLab's that is an error: thrown where it is found, answered where requests arrive. */
export class GitlabProblem extends Error {
  override readonly name = 'GitlabProblem'
  readonly status: number
  /** The body, as GitLab writes it: `message` of its own errors, `error` of those of its parameters and tokens; a string is plain text. */
  readonly body: Readonly<Record<string, unknown>> | string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    body: string | Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
    form: 'json' | 'text' = 'json',
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body))
    this.status = status
    this.body = typeof body === 'string' && form === 'json' ? { message: body } : body
    this.headers = headers
  }
}

/** What is not there, and what one may not know of: `404 Project Not Found`. */
export function notFound(what = ''): GitlabProblem {
  return new GitlabProblem(404, ['404', what, 'Not Found'].filter((word) => word !== '').join(' '))
}

/** Nobody is signed in, or with a wrong token. */
export function unauthorized(): GitlabProblem {
  return new GitlabProblem(401, '401 Unauthorized')
}

/** What the caller may see but not do. */
export function forbidden(): GitlabProblem {
  return new GitlabProblem(403, '403 Forbidden')
}

/** A token that lacks the scope (RFC 6750, 3.1, as GitLab's `lib/api/api_guard.rb` answers it). */
export function insufficientScope(): GitlabProblem {
  return new GitlabProblem(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  })
}
