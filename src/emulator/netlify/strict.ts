import type { Stricter } from '../contract.js'

const site = 'id name url ssl_url admin_url state account_slug build_settings created_at'.split(' ')
const deploy = 'id site_id state name url ssl_url deploy_url deploy_ssl_url draft created_at'.split(' ')
const variable = 'key scopes values is_secret updated_at'.split(' ')

/** What clients need although the published contract, in which nearly nothing is required, does not promise it. */
export const strictNetlify: Stricter = {
  bodies: { updateSiteDeploy: ['files'] },
  error: {
    source:
      'The contract has `{ code, message }`; a name that is taken is refused by its field (github.com/netlify/open-api issue 377).',
    schema: {
      anyOf: [
        {
          type: 'object',
          required: ['code', 'message'],
          properties: { code: { type: 'integer' }, message: { type: 'string' } },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['errors'],
          properties: {
            errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
          },
          additionalProperties: false,
        },
      ],
    },
  },
  replies: {
    getCurrentUser: ['id', 'email', 'full_name'],
    listAccountsForUser: ['id', 'name', 'slug'],
    listSites: site,
    listSitesForAccount: site,
    createSite: site,
    createSiteInTeam: site,
    getSite: site,
    updateSite: site,
    getEnvVars: variable,
    createEnvVars: variable,
    getEnvVar: variable,
    updateEnvVar: variable,
    setEnvVarValue: variable,
    showSiteTLSCertificate: ['state', 'domains', 'expires_at'],
    provisionSiteTLSCertificate: ['state', 'domains', 'expires_at'],
    getDNSForSite: ['id', 'name', 'dns_servers'],
    createDnsZone: ['id', 'name', 'dns_servers'],
    listSiteDeploys: deploy,
    createSiteDeploy: deploy,
    getSiteDeploy: deploy,
    getDeploy: deploy,
    updateSiteDeploy: deploy,
    uploadDeployFunction: ['id', 'name', 'sha'],
    uploadDeployFile: ['id', 'path', 'sha', 'size'],
    cancelSiteDeploy: deploy,
    restoreSiteDeploy: [...deploy, 'published_at'],
    createSiteBuild: ['id', 'deploy_id', 'done'],
    listSiteBuilds: ['id', 'deploy_id', 'done'],
    getSiteBuild: ['id', 'deploy_id', 'done'],
    createDeployKey: ['id', 'public_key'],
    listDeployKeys: ['id', 'public_key'],
    getDeployKey: ['id', 'public_key'],
    lockDeploy: deploy,
    unlockDeploy: deploy,
  },
}
