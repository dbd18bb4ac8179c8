import type { EmulatorOptions } from './emulator-options.js'
import { realisticGithubDelays } from './github/delays.js'
import { realisticGitlabDelays } from './gitlab/delays.js'
import { realisticNeonDelays } from './neon/delays.js'
import { realisticNeonLimits } from './neon/limits.js'
import { realisticNetlifyDelays } from './netlify/delays.js'
import { realisticNetlifyLimits } from './netlify/limits.js'
import { realisticVercelDelays } from './vercel/delays.js'
import { realisticVercelLimits } from './vercel/limits.js'

/** The options with all that their profile and their assumption about CORS stand for; what they say of a provider themselves goes before it. */
export function profiled(options: EmulatorOptions): EmulatorOptions {
  const cors = options.cors === 'strictest' ? { cors: false } : {}
  const { netlify, vercel, github, gitlab, neon } = options
  if (options.profile !== 'realistic') {
    return {
      ...options,
      netlify: { ...cors, ...netlify },
      vercel: { ...cors, ...vercel },
      gitlab: { ...cors, ...gitlab },
    }
  }
  return {
    ...options,
    netlify: {
      ...cors,
      ...netlify,
      delays: { ...realisticNetlifyDelays, ...netlify?.delays },
      limits: { ...realisticNetlifyLimits, ...netlify?.limits },
    },
    vercel: {
      ...cors,
      ...vercel,
      delays: { ...realisticVercelDelays, ...vercel?.delays },
      limits: { ...realisticVercelLimits, ...vercel?.limits },
    },
    neon: {
      ...neon,
      delays: { ...realisticNeonDelays, ...neon?.delays },
      limits: { ...realisticNeonLimits, ...neon?.limits },
    },
    github: { rateLimits: true, ...github, delays: { ...realisticGithubDelays, ...github?.delays } },
    gitlab: { rateLimits: true, ...cors, ...gitlab, delays: { ...realisticGitlabDelays, ...gitlab?.delays } },
  }
}
