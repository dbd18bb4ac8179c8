/** Lets pages of any origin read an answer. */
export const anyOrigin = { 'Access-Control-Allow-Origin': '*' } as const

/**
 * Answers a preflight to a page of any origin.
 *
 * @param headers that the page may send
 * @param maxAge seconds for which browsers remember it
 */
export function answerPreflight(headers: string, maxAge: number): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...anyOrigin,
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': headers,
      'Access-Control-Max-Age': String(maxAge),
    },
  })
}
