import { ConflictError } from '../errors/conflict-error.js'
import type { Context } from '../spec/context.js'
import type { PublishedRelease, Site } from '../spec/release.js'
import type { TargetReleases } from '../spec/target.js'
import { readPrevious } from '../toolkit/live-history.js'

/**
 * The release that was live before the one that is: as this browser remembers it, else as the provider tells when each was published.
 * @throws ConflictError `release-missing` where there is none, or nobody knows which
 */
export async function previousRelease(releases: TargetReleases, site: Site, context: Context): Promise<string> {
  const live = await releases.live(site, context)
  if (live === null) throw missing(site, `${site.name} serves nothing.`)
  const known = await readPrevious(context.cache, site.id, live)
  if (known === null) throw missing(site, `Before what it serves now, ${site.name} has published nothing.`)
  if (known !== undefined) return known
  if ((await releases.isOrdered?.(site, context)) === false) {
    throw missing(
      site,
      `Somebody else has led ${site.name} to another release, so it is not known which was live before.`,
    )
  }
  const all: PublishedRelease[] = []
  for await (const release of releases.list(site, context)) {
    if (release.environment === 'production' && release.state === 'ready') all.push(release)
  }
  all.sort((one, other) => timeOf(other) - timeOf(one))
  const before = all[all.findIndex(({ id }) => id === live) + 1]
  if (before === undefined || !all.some(({ id }) => id === live))
    throw missing(site, `Before what it serves now, ${site.name} has published nothing.`)
  return before.id
}

const timeOf = ({ publishedAt, createdAt }: PublishedRelease) => publishedAt ?? createdAt

function missing({ name }: Site, message: string): ConflictError {
  const hint = 'Choose a release by its id, as listReleases() tells them, and give it to rollback as release.'
  return new ConflictError({ code: 'release-missing', message, hint, details: { site: name } })
}
