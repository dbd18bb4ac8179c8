// The relay as a Cloudflare Worker.
import { createRelay, githubGit, netlifyApi, netlifySites } from 'tabship/relay'

const relay = createRelay({
  allow: [...githubGit, ...netlifyApi, ...netlifySites],
  pageOrigins: ['https://ide.example'], // the origin of your IDE
})

export default { fetch: (request) => relay(request) }
