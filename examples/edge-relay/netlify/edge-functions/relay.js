// The relay as a Netlify Edge Function, beside the IDE that it serves: `relay: '/relay'` in the page.
import { createRelay, githubApi, githubDownloads, githubGit, netlifyApi, netlifySites } from 'tabship/relay'

const relay = createRelay({
  // githubApi and githubDownloads: for builds on GitHub Actions alone
  allow: [...githubGit, ...githubApi, ...githubDownloads, ...netlifyApi, ...netlifySites],
  pageOrigins: ['https://ide.example'], // the origin of your IDE
  prefix: '/relay',
})

export default (request) => relay(request)

export const config = { path: '/relay/*' }
