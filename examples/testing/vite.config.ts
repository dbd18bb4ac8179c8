import type { UserConfig } from 'vite'
import { pageConfig } from '../support/page-config.js'

/** A WebContainer needs shared memory, which browsers grant to isolated pages only. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'credentialless' }

const page: UserConfig = pageConfig(new URL('.', import.meta.url))
const config: UserConfig = {
  ...page,
  build: { ...page.build, rolldownOptions: { input: 'deploy-button.html' } },
  preview: { headers: isolation },
}

export { config as default }
