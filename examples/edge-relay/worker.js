// The relay as a Cloudflare Worker.
import { createRelay, githubApi, githubDownloads, githubGit, netlifyApi, netlifySites } from 'tabship/relay'

const relay = createRelay({
  // githubApi and githubDownloads: for builds on GitHub Actions alone
  allow: [...githubGit, ...githubApi, ...githubDownloads, ...netlifyApi, ...netlifySites],
  pageOrigins: ['https://ide.example'], // the origin of your IDE
})

export default { fetch: (request) => relay(request) }
