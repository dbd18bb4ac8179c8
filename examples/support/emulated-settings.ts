import type { Emulator } from '../../src/emulator/index.js'
import type { Settings } from '../ide/src/settings.js'
import type { Settings as PreviewSettings } from '../preview-to-prod/src/settings.js'

/** Settings that point the example IDE at an emulator. */
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

/** The same for the example of previews. */
export function previewSettings(emulator: Emulator): Omit<PreviewSettings, 'files'> {
  const { token } = emulator
  return {
    site: 'little-harbour',
    relay: emulator.relay.url,
    netlify: { token, apiUrl: emulator.netlify.url },
    vercel: { token, apiUrl: emulator.vercel.url },
    emulatedRuntime: emulator.runtime.url,
  }
}
