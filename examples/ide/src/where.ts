import type { RuntimeKind } from '../../support/runtime.js'
import { reviewersOf } from './deploy-options.js'
import type { Settings } from './settings.js'

/** Where the parts of a deployment are, in words for people. */
export interface Whereabouts {
  /** One line for the bar. */
  readonly badge: string
  /** What a deployment does. */
  readonly introduction: string
}

/** Says plainly what is real and what is emulated. */
export function describeWhereabouts(kind: RuntimeKind, settings: Settings): Whereabouts {
  const { github, netlify } = settings
  const place = kind === 'WebContainer' ? 'in this tab' : 'on this machine'
  const emulated = { github: isLoopback(github.apiUrl), netlify: isLoopback(netlify.apiUrl) }
  const names = [emulated.github ? 'GitHub' : '', emulated.netlify ? 'Netlify' : ''].filter(Boolean)
  const note = names.length === 0 ? '' : `; ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} emulated`
  const isDemo = names.length > 0 || kind !== 'WebContainer'
  const host = emulated.github ? 'the emulated GitHub' : 'GitHub'
  const target =
    settings.target === 'github-pages' ? `${host} Pages` : emulated.netlify ? 'the emulated Netlify' : 'Netlify'
  const work =
    settings.build === 'actions'
      ? `Commits the source to ${host}, builds it there on Actions${describeReview(settings)}, publishes the output on ${target}`
      : `Builds ${place}, commits the source to ${host}, publishes the output on ${target}`
  return {
    badge: `${isDemo ? 'Demo: builds' : 'Builds'} ${place}${note}`,
    introduction: `${work}, and compares what is served with what was built.`,
  }
}

function describeReview(settings: Settings): string {
  const reviewers = reviewersOf(settings)
  return reviewers.length === 0 ? '' : ` as soon as ${reviewers.join(' or ')} approves`
}

function isLoopback(address: string | undefined): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(address ?? '')
}
