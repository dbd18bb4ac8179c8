import type { ArtifactSet } from '../../spec/artifact.js'
import type { PublishInput } from '../../spec/target.js'

/** The files with what Netlify is told of redirects and headers; where it builds, there are none of them yet. */
export async function withRules({ artifacts: set, rules, build }: PublishInput): Promise<ArtifactSet> {
  if (!rules || build) return set
  const { withRuleFiles } = await import('./rule-files.js')
  const artifacts = await withRuleFiles(set.artifacts, rules)
  return { ...set, artifacts, size: artifacts.reduce((sum, { size }) => sum + size, 0) }
}
