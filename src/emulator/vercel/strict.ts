import type { Stricter } from '../contract.js'

const deployment =
  'id url name version readyState status aliasAssigned createdAt creator public regions meta type'.split(' ')

/** What clients need of the replies for which the published contract has one shape among others that holds next to nothing. */
export const strictVercel: Stricter = {
  error: {
    source: 'Docs, “Vercel REST API Errors”; what else an error tells depends on its code.',
    schema: {
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['code', 'message'],
          properties: { code: { type: 'string', minLength: 1 }, message: { type: 'string', minLength: 1 } },
        },
      },
      additionalProperties: false,
    },
  },
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
