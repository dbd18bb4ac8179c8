/**
 * The endpoints that the emulators serve, as the providers' published contracts spell them. An endpoint that is not listed
 * here, or not in the contract, is not served. After a change run `npx tsx scripts/extract-contracts.ts`.
 */
export const contractEndpoints: { readonly netlify: readonly string[]; readonly github: readonly string[] } = {
  netlify: [
    'GET /user',
    'GET /accounts',
    'GET /sites',
    'POST /sites',
    'GET /{account_slug}/sites',
    'POST /{account_slug}/sites',
    'GET /sites/{site_id}',
    'PATCH /sites/{site_id}',
    'DELETE /sites/{site_id}',
    'PUT /sites/{site_id}/rollback',
    'GET /sites/{site_id}/deploys',
    'POST /sites/{site_id}/deploys',
    'GET /sites/{site_id}/deploys/{deploy_id}',
    'PUT /sites/{site_id}/deploys/{deploy_id}',
    'POST /sites/{site_id}/deploys/{deploy_id}/restore',
    'GET /deploys/{deploy_id}',
    'PUT /deploys/{deploy_id}/files/{path}',
    'POST /deploys/{deploy_id}/cancel',
    'POST /deploys/{deploy_id}/lock',
    'POST /deploys/{deploy_id}/unlock',
  ],
  github: [
    'GET /user',
    'POST /user/repos',
    'GET /orgs/{org}',
    'POST /orgs/{org}/repos',
    'GET /repos/{owner}/{repo}',
    'PATCH /repos/{owner}/{repo}',
    'GET /repos/{owner}/{repo}/branches/{branch}',
    'GET /repos/{owner}/{repo}/commits',
    'GET /repos/{owner}/{repo}/commits/{ref}',
    'GET /repos/{owner}/{repo}/compare/{basehead}',
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    'GET /repos/{owner}/{repo}/contents/{path}',
    'GET /users/{username}',
  ],
}
