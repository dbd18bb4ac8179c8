import { defaultBranch, type EmulatedRepository } from '../../github/repositories.js'
import { linkedRepositories, pathOf } from '../../linked-repositories.js'
import type { NetlifyRepositories } from './state.js'

/** Lets an emulated Netlify look into the repositories of the emulated GitHub, as far as its keys and hooks let it. */
export function netlifyRepositories(all: () => readonly EmulatedRepository[]): NetlifyRepositories {
  const { find, read } = linkedRepositories(all)
  const repositoryOf = (id: number) => find(String(id))
  return {
    find: async (pathOrId) => {
      const found = find(pathOrId)
      return found && { id: found.id, path: pathOf(found), defaultBranch: await defaultBranch(found) }
    },
    read: ({ id }, ref) => read(id, ref),
    admits: ({ id }, publicKey) => {
      const repository = repositoryOf(id)
      const isPublic = repository?.private === false
      return isPublic || (repository?.setup.deployKeys.some(({ key }) => key === publicKey) ?? false)
    },
    tells: ({ id }, url, event) => {
      const hooks = repositoryOf(id)?.setup.hooks ?? []
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
