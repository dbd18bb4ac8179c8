import type { HostBuilds } from '../../../spec/host-build.js'
import { type BuildCheckpoint, buildCheckpointSchema } from './checkpoint.js'
import type { BuildTools } from './replies.js'
import { isOwnWorkflow, writeWorkflow } from './workflow-file.js'

// Loaded where something is built there.
const operate = () => import('./operate.js')

/** Builds on GitHub Actions, by a workflow that is part of the commit. */
export function createBuilds(tools: BuildTools): HostBuilds {
  const name = 'GitHub Actions'
  const builds: HostBuilds<BuildCheckpoint> = {
    name,
    checkpoint: buildCheckpointSchema,
    // GitHub is asked how far the run is for as long as it takes.
    requests: { run: { least: 6, most: null }, fetch: { least: 2, most: 3 } },
    recipe: writeWorkflow,
    ownsRecipe: isOwnWorkflow,
    run: async (input, context) => (await operate()).runBuild(tools, name, input, context),
    follow: async (input, context) => (await operate()).followPush(tools, name, input, context),
    confirm: async (run, context) => (await operate()).isKept(tools, run, context),
    fetch: async (run, context) => (await operate()).fetchArtifact(tools, run, context),
    cancel: async (checkpoint, context) => (await operate()).cancelRun(tools, checkpoint, context),
  }
  return builds
}
