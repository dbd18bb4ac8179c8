import type { Deployment } from './session.js'

/**
 * Lets the browser ask before the page is left while a deployment runs. Leaving loses nothing, but waits for a `resume`.
 * @returns stops asking; it stops by itself when the deployment has ended.
 * @example confirmLeave(deployment)
 */
export function confirmLeave(deployment: Pick<Deployment, 'done'>): () => void {
  const ask = (event: Event) => event.preventDefault()
  const release = () => globalThis.removeEventListener('beforeunload', ask)
  globalThis.addEventListener('beforeunload', ask)
  deployment.done.then(release, release)
  return release
}
