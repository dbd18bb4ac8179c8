/** Answers with JSON that nobody keeps. */
export function sayJson(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

/** Answers that something is wrong. */
export function sayProblem(status: number, message: string): Response {
  return sayJson({ error: message }, status)
}
