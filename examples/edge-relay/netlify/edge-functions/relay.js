// The relay as a Netlify Edge Function, beside the IDE that it serves: `relay: '/relay'` in the page.
import { createRelay, githubGit, netlifyApi, netlifySites } from 'tabship/relay'

const relay = createRelay({
  allow: [...githubGit, ...netlifyApi, ...netlifySites],
  pageOrigins: ['https://ide.example'], // the origin of your IDE
  prefix: '/relay',
})

export default (request) => relay(request)

export const config = { path: '/relay/*' }
