import {
  type Container,
  type Deployment,
  deploy,
  listReleases,
  type PublishedRelease,
  promote,
  rollback,
  TabshipError,
  type Target,
} from 'tabship'

/** Where it is published: `netlify({ … })` or `vercel({ … })`, and the relay by which the page reads the live site. */
export interface Place {
  readonly target: Target
  readonly relay: string
}

/** Publishes what the container holds at an address of its own. What is live stays as it is. */
export function publishPreview(container: Container, { target, relay }: Place, title: string): Deployment {
  // The page is finished as it is: leave `project` out, and the library finds out how yours is built.
  const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
  return deploy({ container, project, targets: [target], relay, environment: 'preview', commit: { message: title } })
}

/** Makes a release live that is there already. Nothing is built, and no file is sent. */
export function goLive(place: Place, release: string): Deployment {
  return promote({ ...place, release })
}

/** Makes the release live again that was live before. */
export function goBack(place: Place): Deployment {
  return rollback(place)
}

/** The latest releases, the newest first; none where nothing was published yet. */
export async function latestReleases(place: Place, most = 10): Promise<PublishedRelease[]> {
  const releases: PublishedRelease[] = []
  try {
    for await (const release of listReleases(place)) if (releases.push(release) === most) break
  } catch (error) {
    if (!(error instanceof TabshipError && error.code === 'site-missing')) throw error
  }
  return releases
}
