import type { Permissions } from './workflow.js'

/** What the token of a job may do with a part of GitHub. */
export type Access = 'none' | 'read' | 'write'

// What new repositories give: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
const byDefault: Readonly<Record<string, Access>> = { contents: 'read', packages: 'read' }

/** What the token of a job may do: the job's own word, else the workflow's; what is not named in them is not allowed. */
export function accessOf(workflow: Permissions, job: Permissions, part: string): Access {
  const said = job === undefined ? workflow : job
  if (said === undefined) return byDefault[part] ?? 'none'
  if (said === 'read-all') return part === 'id-token' ? 'none' : 'read'
  if (said === 'write-all') return 'write'
  return said?.[part] ?? 'none'
}

const parts = ['actions', 'contents', 'deployments', 'issues', 'packages', 'pages', 'pull-requests', 'statuses']

/** All that the token of a job may do, by the names that fine-grained tokens have for it. */
export function tokenPermissions(workflow: Permissions, job: Permissions): Record<string, 'read' | 'write'> {
  const granted = parts.flatMap((part): [string, 'read' | 'write'][] => {
    const access = accessOf(workflow, job, part)
    return access === 'none' ? [] : [[part.replaceAll('-', '_'), access]]
  })
  return Object.fromEntries(granted)
}
