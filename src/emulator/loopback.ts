const loopbackName = /^(?:127\.0\.0\.1|\[::1\]|(?:.+\.)?localhost)$/

/** Whether a host is a name of this machine's own. */
export function isLoopbackName(hostname: string): boolean {
  return loopbackName.test(hostname)
}

/** Whether a page is one of this machine's own, or one of those that are named. Pages without an origin of their own (`null`) may be anybody's. */
export function isOwnOrigin(
  origin: string,
  origins: readonly string[],
  isName: (hostname: string) => boolean = () => false,
): boolean {
  if (origins.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return isLoopbackName(hostname) || isName(hostname)
}
