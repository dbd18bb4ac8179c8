import type { Emulator } from '../../src/emulator/index.js'
import type { Settings } from '../ide/src/settings.js'

/** Settings that point the page at an emulator. */
export function emulatedSettings(emulator: Emulator): Omit<Settings, 'files'> {
  const { token } = emulator
  return {
    repository: 'harbour-lights',
    site: 'harbour-lights',
    relay: emulator.relay.url,
    github: { token, apiUrl: emulator.github.url, gitUrl: emulator.git.url },
    netlify: { token, apiUrl: emulator.netlify.url },
    emulatedRuntime: emulator.runtime.url,
    build: 'container',
    target: 'netlify',
    reviewers: emulator.accounts.owner.login,
    // On GitHub's free plan only public repositories have Pages, and environments with reviewers.
    visibility: 'public',
  }
}
