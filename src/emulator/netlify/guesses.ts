import type { Waiver } from '../waiver.js'

const words = 'The contract has one shape for all errors and names none; status and words are the emulator’s.'

/** What was decided for want of a source. */
export const guesses: readonly Waiver[] = [
  {
    what: 'any endpoint: 422 for a query or a body that the contract refuses, for one of another type, and their words',
    reason: `${words} They tell the place, and what is wrong with it.`,
  },
  { what: 'any endpoint: 400 for a body that is not JSON and for a path that is not well encoded', reason: words },
  { what: 'any endpoint: 403 for a token without the right to write', reason: words },
  {
    what: 'any endpoint: 404 for HEAD, as for every path and method that the contract does not have',
    reason: 'The contract has no HEAD, and no source was at hand that Netlify answers it as GET.',
  },
  {
    what: 'uploadDeployFile, uploadDeployFunction: not counted among the 500 requests a minute',
    reason:
      "Netlify's own client sends thousands without a pause; no source was at hand for whether they are counted apart.",
  },
  {
    what: 'updateSiteDeploy, uploadDeployFile, uploadDeployFunction: 422 where a deploy has its files, takes none yet, or has ended',
    reason: words,
  },
  {
    what: 'uploadDeployFile, uploadDeployFunction: 422 for content of another digest or size than was promised',
    reason: `A client that copes with the refusal copes with a host that takes anything. ${words}`,
  },
  {
    what: 'cancelSiteDeploy, restoreSiteDeploy, rollbackSiteDeploy, lockDeploy, deleteSiteDeploy: 422 for a deploy in another state',
    reason: words,
  },
  {
    what: 'createSiteDeploy, createSiteBuild: 422 for what is no archive, and for one with too many files',
    reason: `The number is documented. ${words}`,
  },
  {
    what: 'createSiteBuild: 422 for a site without a repository, and for a branch that it does not have',
    reason: words,
  },
  {
    what: 'createEnvVars, updateEnvVar, setEnvVarValue: 422 for keys and values that the CLI refuses before it asks',
    reason: `The rules are those of the CLI. ${words}`,
  },
  {
    what: 'POST /drop with a token that was used, or that nobody was given: 422',
    reason:
      "The CLI never does so, and nothing tells. A client that copes with the refusal copes with Netlify's kindness.",
  },
  {
    what: 'POST /drop/claim: 204 without a body',
    reason: 'The CLI reads no more than whether it was a success.',
  },
]
