import type { Stricter } from '../contract.js'

const deployment =
  'id url name version readyState status aliasAssigned createdAt creator public regions meta type'.split(' ')

/** What clients need of the replies for which the published contract has one shape among others that holds next to nothing. */
export const strictVercel: Stricter = {
  replies: {
    getProjects: ['projects', 'pagination'],
    updateProjectProtectionBypass: ['protectionBypass'],
    filterProjectEnvs: ['envs'],
    getProjectEnv: ['id', 'key', 'type', 'target'],
    removeProjectEnv: ['id', 'key', 'type'],
    getProjectDomains: ['domains', 'pagination'],
    createDeployment: [...deployment, 'projectId', 'inspectorUrl'],
    getDeployment: deployment,
    listPromoteAliases: ['aliases', 'pagination'],
  },
}
