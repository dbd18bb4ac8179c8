import type { Endpoints } from './endpoint.js'

/** How much a caller may still ask. To ask for it costs nothing. */
export const rateEndpoints: Endpoints = {
  'rate-limit/get': {
    page: 'rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user',
    answer: async ({ rateLimits, credential, now }) => {
      const core = rateLimits.status(credential?.user.id ?? null)
      // What is not emulated has all of its budget left.
      const untouched = (limit: number, seconds: number) => {
        return { limit, used: 0, remaining: limit, reset: Math.ceil(now() / 1000) + seconds }
      }
      const signedIn = credential !== undefined
      const resources = {
        core,
        search: untouched(signedIn ? 30 : 10, 60),
        graphql: untouched(signedIn ? 5000 : 0, 3600),
        integration_manifest: untouched(signedIn ? 5000 : 0, 3600),
        code_search: untouched(signedIn ? 10 : 0, 60),
      }
      return { status: 200, body: { resources, rate: core } }
    },
  },
}
