import * as z from 'zod/mini'
import { changeOf, listed, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'

const schema = z.object({ names: z.array(z.string()) })

/** Topics: the list replaces the one that is there. */
export function topics({ topics: wanted }: ParsedSetup): Setting | undefined {
  if (wanted === undefined) return undefined
  return {
    phase: 'before-commit',
    line: wanted.length === 0 ? 'removes all topics' : `sets the topics ${listed(wanted)}`,
    option: 'github.setup.topics',
    requests: { least: 1, most: 2 },
    permission: 'Administration',
    async *apply({ api, fullName, context }) {
      const path = `/repos/${fullName}/topics`
      const { names } = await api.json(context, schema, { purpose: `read the topics of ${fullName}`, path })
      const isSame = [...names].sort().join() === [...new Set(wanted)].sort().join()
      if (!isSame) {
        const purpose = `set the topics of ${fullName}`
        await api.send(context, { purpose, method: 'PUT', path, json: { names: wanted } })
      }
      yield changeOf('topics', wanted.join(', '), isSame ? 'unchanged' : 'changed')
    },
  }
}
