import type { EmulatedRepository } from '../../github/repositories.js'
import { githubRepositories } from '../../vercel/github-repositories.js'
import type { NetlifyRepositories } from './state.js'

/** Lets an emulated Netlify look into the repositories of the emulated GitHub, as far as its keys and hooks let it. */
export function netlifyRepositories(all: () => readonly EmulatedRepository[]): NetlifyRepositories {
  const { find, read } = githubRepositories(all)
  const setupOf = (id: number) => all().find((one) => one.id === id)
  return {
    find,
    read: (repository, ref) => read({ ...repository, ownerId: 0 }, ref),
    admits: ({ id }, publicKey) => {
      const repository = setupOf(id)
      const isPublic = repository?.private === false
      return isPublic || (repository?.setup.deployKeys.some(({ key }) => key === publicKey) ?? false)
    },
    tells: ({ id }, url, event) => {
      const hooks = setupOf(id)?.setup.hooks ?? []
      return hooks.some(
        ({ active, events, config }) =>
          active &&
          config.url === url &&
          (events.includes('*') || events.includes(event)) &&
          config.content_type === 'json',
      )
    },
  }
}
