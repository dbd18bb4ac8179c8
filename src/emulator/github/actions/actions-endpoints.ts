import type { Endpoints } from '../endpoint.js'
import { artifactEndpoints } from './artifact-endpoints.js'
import { reviewEndpoints } from './review-endpoints.js'
import { runEndpoints } from './run-endpoints.js'
import { workflowEndpoints } from './workflow-endpoints.js'

/** Actions, without their secrets and variables. */
export const actionsEndpoints: Endpoints = {
  ...workflowEndpoints,
  ...runEndpoints,
  ...reviewEndpoints,
  ...artifactEndpoints,
}
