import { type Endpoints, repositoryOf } from '../endpoint.js'
import { GithubProblem } from '../problem.js'
import { administered } from './settings-call.js'

/** Topics of a repository: they are replaced as a whole. */
export const topicEndpoints: Endpoints = {
  'repos/get-all-topics': {
    page: 'repos/repos#get-all-repository-topics',
    accepts: 'repo',
    answer: async (call) => ({ status: 200, body: { names: repositoryOf(call).setup.topics } }),
  },
  'repos/replace-all-topics': {
    page: 'repos/repos#replace-all-repository-topics',
    accepts: 'repo',
    signedIn: true,
    answer: async (call) => {
      const repository = administered(call)
      const names = call.body.names as string[]
      // GitHub Docs, "Classifying your repository with topics"; the API takes lowercase names only.
      if (names.length > 20) throw new GithubProblem(422, 'A repository cannot have more than 20 topics.')
      const wrong = names.find((name) => !/^[a-z0-9][a-z0-9-]{0,49}$/.test(name))
      if (wrong !== undefined) {
        const message = `'${wrong}' is not a valid topic: Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include hyphens.`
        throw new GithubProblem(422, message)
      }
      repository.setup.topics = [...new Set(names)]
      return { status: 200, body: { names: repository.setup.topics } }
    },
  },
}
