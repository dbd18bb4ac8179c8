import type { Stricter } from '../contract.js'

const site = 'id name url ssl_url admin_url state account_slug build_settings created_at'.split(' ')
const deploy = 'id site_id state name url ssl_url deploy_url deploy_ssl_url draft created_at'.split(' ')

/** What clients need although the published contract, in which nearly nothing is required, does not promise it. */
export const strictNetlify: Stricter = {
  bodies: { updateSiteDeploy: ['files'] },
  replies: {
    getCurrentUser: ['id', 'email', 'full_name'],
    listAccountsForUser: ['id', 'name', 'slug'],
    listSites: site,
    listSitesForAccount: site,
    createSite: site,
    createSiteInTeam: site,
    getSite: site,
    updateSite: site,
    listSiteDeploys: deploy,
    createSiteDeploy: deploy,
    getSiteDeploy: deploy,
    getDeploy: deploy,
    updateSiteDeploy: deploy,
    uploadDeployFile: ['id', 'path', 'sha', 'size'],
    cancelSiteDeploy: deploy,
    restoreSiteDeploy: [...deploy, 'published_at'],
    lockDeploy: deploy,
    unlockDeploy: deploy,
  },
}
