import type { UserConfig } from 'vite'
import { pageConfig } from '../support/page-config.js'

const config: UserConfig = pageConfig(new URL('.', import.meta.url))

export { config as default }
