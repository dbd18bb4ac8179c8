import { branchOf } from '../aliases.js'
import type { VercelWorld } from '../call.js'
import type { VercelDeployment } from '../state.js'

/** What the functions and builds of a deployment find in their environment (docs, "System environment variables"). */
export function environmentOf(deployment: VercelDeployment, { hosts }: VercelWorld): Record<string, string> {
  const { project, target, customEnvironment, environment, meta, gitSource } = deployment
  const branch = branchOf(deployment)
  const place = target ?? 'preview'
  const own = [...project.variables.values()].filter((variable) =>
    customEnvironment
      ? variable.customEnvironmentIds.includes(customEnvironment.id)
      : variable.target.includes(place) && (variable.gitBranch === undefined || variable.gitBranch === branch),
  )
  // A variable of the branch wins over that of all branches.
  const ordered = own.sort(
    (left, right) => Number(left.gitBranch !== undefined) - Number(right.gitBranch !== undefined),
  )
  return {
    VERCEL: '1',
    VERCEL_ENV: place,
    VERCEL_TARGET_ENV: customEnvironment?.slug ?? place,
    VERCEL_URL: hosts.url(deployment),
    VERCEL_REGION: 'iad1',
    VERCEL_DEPLOYMENT_ID: deployment.id,
    VERCEL_PROJECT_ID: project.id,
    ...(branch === undefined ? {} : { VERCEL_GIT_COMMIT_REF: branch }),
    ...(typeof gitSource?.sha === 'string' ? { VERCEL_GIT_COMMIT_SHA: gitSource.sha } : {}),
    ...(meta.githubRepo ? { VERCEL_GIT_PROVIDER: 'github', VERCEL_GIT_REPO_SLUG: meta.githubRepo } : {}),
    NODE_ENV: 'production',
    ...Object.fromEntries(ordered.map(({ key, value }) => [key, value])),
    ...environment,
  }
}
