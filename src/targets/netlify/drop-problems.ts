import { OptionsError } from '../../errors/options-error.js'
import { QuotaError } from '../../errors/quota-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Reply } from '../../spec/context.js'
import type { Warning } from '../../spec/plan.js'
import { closed, saidIn } from '../../toolkit/parse-reply.js'

const signIn = 'Let the user sign in to Netlify, and publish by netlify({ auth, site }).'

export function notAnonymous(names: readonly string[]): OptionsError {
  const fields = names.map((name) => `netlify.${name}`)
  return new OptionsError({
    code: 'options-invalid',
    message: `Wrong options: netlify.anonymous does not go with ${fields.join(', ')}: the site is new, and nobody's until it is claimed.`,
    hint: `Leave ${fields.join(', ')} out, or give netlify.auth and netlify.site instead of netlify.anonymous.`,
    details: { fields },
  })
}

export function noPreview(): OptionsError {
  return new OptionsError({
    code: 'preview-unsupported',
    message: 'Netlify publishes no previews without an account: there is no production beside which one could stand.',
    hint: `Publish it to production, which nobody else knows of yet. ${signIn}`,
  })
}

export function noFunctions(): OptionsError {
  return new OptionsError({
    code: 'functions-need-account',
    message: 'The project has functions, which Netlify does not run on sites that were published without an account.',
    hint: signIn,
  })
}

/** Netlify's own CLI takes each 429 for the limit of the day. */
export function dailyLimit(said: string, cause?: unknown): QuotaError {
  return new QuotaError({
    code: 'quota-exhausted',
    message: `As many sites as a day allows were published on Netlify without an account from here: ${closed(said)}`,
    hint: `${signIn} Or try again tomorrow.`,
    details: { provider: 'netlify', said },
    ...(cause !== undefined && { cause }),
  })
}

export function dropRefused({ status, bytes }: Reply): RequestError {
  const said = saidIn(bytes)
  return new RequestError({
    code: 'site-refused',
    message: `Netlify does not publish this without an account: status ${status}, ${closed(said)}`,
    hint: `The message says what it objects to. ${signIn}`,
    details: { status, said },
  })
}

/** @param why What became of it. */
export function siteLeft(why: string): Warning {
  return {
    code: 'anonymous-site-left',
    message: `${why} A new site is published in its place.`,
    hint: 'Nothing is to be done: Netlify removes sites that nobody has claimed within 60 minutes.',
  }
}
