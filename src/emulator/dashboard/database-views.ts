import type { InspectionSource } from './source.js'
import type { DatabaseView } from './state-view.js'

type NeonState = InspectionSource['neon']['state']

/** The projects of Neon. */
export function neonDatabases({ projects, branches, endpoints }: NeonState): DatabaseView[] {
  return [...projects.values()].map((project): DatabaseView => {
    const own = [...branches.values()].filter((branch) => branch.project === project)
    const isDefault = ({ id }: { readonly id: string }): boolean => id === project.defaultBranchId
    return {
      ...{ provider: 'neon', id: project.id, name: project.name },
      ...{ version: `Postgres ${project.pgVersion}`, region: project.regionId, createdAt: project.createdAt },
      branches: [...own.filter(isDefault), ...own.filter((branch) => !isDefault(branch))].map((branch) => {
        const compute = [...endpoints.values()].find((endpoint) => endpoint.branch === branch)
        return {
          ...{ id: branch.id, name: branch.name, isDefault: isDefault(branch) },
          state: branch.pendingState ?? branch.currentState,
          compute: compute ? (compute.pendingState ?? compute.currentState) : null,
        }
      }),
    }
  })
}
