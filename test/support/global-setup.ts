// Once before all tests: files that start a browser run side by side, and must not install one each.
export { ensureBrowser as setup } from './browser.js'
