import type { EmulatorOptions } from './emulator-options.js'
import type { ReadableApis } from './faults/voices.js'
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
  const assumed = options.cors === 'strictest' ? withStrictest(options) : options
  return options.profile === 'realistic' ? withRealistic(assumed) : assumed
}

/** Which answers pages may read. */
export function readableApis({ netlify, vercel, gitlab, neon, dns }: EmulatorOptions): Required<ReadableApis> {
  return {
    netlify: netlify?.cors ?? true,
    vercel: vercel?.cors ?? true,
    gitlab: gitlab?.cors ?? true,
    neon: neon?.cors ?? false,
    dns: dns?.cors ?? true,
  }
}

function withStrictest(options: EmulatorOptions): EmulatorOptions {
  const { netlify, vercel, github, gitlab, neon, dns } = options
  const cors = false
  return {
    ...options,
    netlify: { cors, ...netlify },
    vercel: { cors, siteCors: false, ...vercel },
    github: { ...github, pages: { cors, ...github?.pages } },
    gitlab: { cors, ...gitlab },
    neon: { cors, ...neon },
    dns: { cors, ...dns },
  }
}

function withRealistic(options: EmulatorOptions): EmulatorOptions {
  const { netlify, vercel, github, gitlab, neon } = options
  return {
    ...options,
    netlify: {
      ...netlify,
      delays: { ...realisticNetlifyDelays, ...netlify?.delays },
      limits: { ...realisticNetlifyLimits, ...netlify?.limits },
    },
    vercel: {
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
    gitlab: { rateLimits: true, ...gitlab, delays: { ...realisticGitlabDelays, ...gitlab?.delays } },
  }
}
