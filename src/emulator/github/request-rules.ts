import { GithubProblem } from './problem.js'

/** The version that the contract is of; those before and after it are not emulated. */
export const apiVersion = '2022-11-28'

const json = /^(?:\*\/\*|application\/(?:\*|json|[\w.-]*\+json|vnd\.github\b.*)|text\/\*)$/i

/**
 * What GitHub asks of every request, before it looks at what is asked for.
 *
 * @throws GithubProblem 403 without a name of the client, 400 for another version, 415 for what is no JSON
 */
export function checkRequest({ headers }: Request): void {
  // "Requests with no User-Agent header will be rejected" ("Troubleshooting the REST API").
  if (!headers.get('user-agent')) {
    const message =
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.'
    throw new GithubProblem(403, message)
  }
  // "If you specify an API version that is no longer supported, you will receive a 400 error" ("API versions"); its words are not told.
  const version = headers.get('x-github-api-version')
  if (version !== null && version !== apiVersion) {
    const documentation = 'https://docs.github.com/rest/about-the-rest-api/api-versions'
    throw new GithubProblem(400, `"${version}" is not a supported API version.`, { documentation })
  }
  // As quoted in https://github.com/devspace-sh/devspace/pull/282.
  const accepted = (headers.get('accept') ?? '*/*').split(',').map((one) => one.split(';')[0]?.trim() ?? '')
  if (accepted.some((type) => json.test(type))) return
  const message = `Unsupported 'Accept' header: '${accepted.join(', ')}'. Must accept 'application/json'.`
  throw new GithubProblem(415, message, { documentation: 'https://docs.github.com/v3/media' })
}
