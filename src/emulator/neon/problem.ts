/** Thrown by an endpoint to answer with an error in Neon's form: `{ request_id, code, message }`. */
export class NeonProblem extends Error {
  override readonly name = 'NeonProblem'
  readonly status: number
  /** Empty for most errors, as the contract's default is. */
  readonly code: string

  constructor(status: number, message: string, code = '') {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The answer for what is not there, or is somebody else's. */
export function notFound(what: string): NeonProblem {
  return new NeonProblem(404, `${what} not found`)
}

/** The same words for a key that is wrong and for none at all: they are Neon's. */
export function unauthorized(): NeonProblem {
  return new NeonProblem(401, 'supplied credentials do not pass authentication')
}

/** The answer where too much was asked. */
export function tooManyRequests(): NeonProblem {
  return new NeonProblem(429, 'too many requests')
}

/** The answer to a request that makes no sense. Nobody has published Neon's words for these. */
export function badRequest(message: string): NeonProblem {
  return new NeonProblem(400, message)
}

/** The answer to what can't be done with things as they are. */
export function unprocessable(message: string, code = ''): NeonProblem {
  return new NeonProblem(422, message, code)
}

/** The answer where a name is taken. */
export function conflict(message: string, code = ''): NeonProblem {
  return new NeonProblem(409, message, code)
}
