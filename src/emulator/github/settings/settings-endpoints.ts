import type { Endpoints } from '../endpoint.js'
import { deploymentEndpoints } from './deployment-endpoints.js'
import { environmentEndpoints } from './environment-endpoints.js'
import { hookEndpoints } from './hook-endpoints.js'
import { keyEndpoints } from './key-endpoints.js'
import { protectionEndpoints } from './protection-endpoints.js'
import { rulesetEndpoints } from './ruleset-endpoints.js'
import { teamEndpoints } from './team-endpoints.js'
import { topicEndpoints } from './topic-endpoints.js'
import { vaultEndpoints } from './vault-endpoints.js'

/** Everything that a repository is set up with. */
export const settingsEndpoints: Endpoints = {
  ...topicEndpoints,
  ...protectionEndpoints,
  ...rulesetEndpoints,
  ...vaultEndpoints,
  ...environmentEndpoints,
  ...teamEndpoints,
  ...hookEndpoints,
  ...keyEndpoints,
  ...deploymentEndpoints,
}
