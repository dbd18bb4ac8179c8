import type { Settings } from './deploy-settings.js'
import type { PlannedCommit } from './spec/target.js'

/** What a deployment commits, for targets that must not write to the same place. */
export function plannedCommits({ git, commit }: Pick<Settings, 'git' | 'commit'>): readonly PlannedCommit[] {
  if (!git) return []
  const { resource } = git
  const { content, branch, artifactsBranch } = commit
  return [
    ...(content === 'artifacts' ? [] : [{ resource, content: 'source', branch } as const]),
    ...(content === 'source' ? [] : [{ resource, content: 'artifacts', branch: artifactsBranch } as const]),
  ]
}
