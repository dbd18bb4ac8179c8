import { fromManifest, manifestSchema, toManifest } from '../artifacts/manifest.js'
import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { HostBuilds, HostRun } from '../spec/host-build.js'
import type { Project } from '../spec/project.js'
import { describeSet } from './describe.js'
import { checkOutput, type OutputOptions, outputEmpty } from './output.js'

/** Fetches what a build on the git host's own machines has made. */
export function fetchOutputStep(
  options: Omit<OutputOptions, 'container'> & { readonly builds: HostBuilds },
  project: Project,
  needs: { run: Step<HostRun> },
): Step<ArtifactSet> {
  const { builds, store, exclude, sourceMaps } = options
  const { outputDirectory } = project
  return defineStep({
    // What came of a build is known by this name, wherever it ran.
    id: 'collect',
    title: 'Fetch the output',
    needs,
    line: {
      description: `downloads what ${builds.name} built in ${outputDirectory}`,
      files: null,
      bytes: null,
      requests: builds.requests.fetch,
      duration: 3000,
    },
    timeLimit: 30 * 60_000,
    result: { keep: toManifest, restore: (kept) => fromManifest(manifestSchema.parse(kept), store) },
    async run({ run }, context) {
      const zip = await builds.fetch(run, context)
      const host = options.outputs?.whole
      if (host?.whole === outputDirectory) {
        const { archivedProject } = await import('./archived-project.js')
        const whole = await host.collectWhole?.(archivedProject(options, project, zip, context), context)
        if (whole) return checkOutput(whole, options, context)
      }
      const { collectArchive, outputRules } = await import('./collect-archive.js')
      const rules = outputRules({ sourceMaps, exclude, root: outputDirectory === '.' })
      const set = await collectArchive({ zip, folder: outputDirectory, rules, store }, context)
      if (set.artifacts.length === 0) throw outputEmpty(project, set)
      return checkOutput(set, options, context)
    },
    summarize: describeSet,
  })
}
