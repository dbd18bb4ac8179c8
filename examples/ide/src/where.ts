import type { RuntimeKind } from './runtime.js'
import type { Settings } from './settings.js'

/** Where the parts of a deployment are, in words for people. */
export interface Whereabouts {
  /** One line for the bar. */
  readonly badge: string
  /** What a deployment does. */
  readonly introduction: string
}

/** Says plainly what is real and what is emulated. */
export function describeWhereabouts(kind: RuntimeKind, { github, netlify }: Settings): Whereabouts {
  const place = kind === 'WebContainer' ? 'in this tab' : 'on this machine'
  const emulated = { github: isLoopback(github.apiUrl), netlify: isLoopback(netlify.apiUrl) }
  const names = [emulated.github ? 'GitHub' : '', emulated.netlify ? 'Netlify' : ''].filter(Boolean)
  const note = names.length === 0 ? '' : `; ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} emulated`
  const isDemo = names.length > 0 || kind !== 'WebContainer'
  const host = (name: string, isEmulated: boolean): string => (isEmulated ? `the emulated ${name}` : name)
  return {
    badge: `${isDemo ? 'Demo: builds' : 'Builds'} ${place}${note}`,
    introduction: `Builds ${place}, commits the source to ${host('GitHub', emulated.github)}, publishes the output on ${host('Netlify', emulated.netlify)}, and compares what is served with what was built.`,
  }
}

function isLoopback(address: string | undefined): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(address ?? '')
}
