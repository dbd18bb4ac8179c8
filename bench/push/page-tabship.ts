import { collectArtifacts } from '../../src/artifacts/collect.js'
import { memoryContentStore } from '../../src/artifacts/content-store.js'
import { github } from '../../src/git/github.js'
import { createCache } from '../../src/journal/cache.js'
import { indexedDbJournal } from '../../src/journal/indexed-db.js'
import type { Artifact } from '../../src/spec/artifact.js'
import type { Cache, Context, SendRequest } from '../../src/spec/context.js'
import { createRedactor } from '../../src/toolkit/redactor.js'
import { createRequests } from '../../src/toolkit/request.js'
import { sendWithProgress } from '../../src/toolkit/send-with-progress.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import type { PageTarget, Pusher } from './page.js'
import type { SourceFile } from './source-files.js'

const { signal } = new AbortController()
const author = { name: 'Ada Example', email: 'ada@example.com' }

/** As a deployment pushes: every file is hashed anew, and what the branch holds is kept in the journal. */
export function pushByTabship(): Pusher {
  let journals = 0
  let cache = openCache(journals)
  let head: string | null = null
  let collected: readonly Artifact[] | undefined
  return {
    async collect(files) {
      collected = await collect(files)
    },
    async push(files, _changes, target) {
      const { repository, github: apiUrl, git: gitUrl, token } = target
      const began = performance.now()
      const artifacts = collected ?? (await collect(files))
      collected = undefined
      const hashed = performance.now()
      let composed = hashed
      const watched = watch(target)
      const context: Context = {
        ...{ signal, clock: systemClock, request: watched.request, relay: true, cache },
        ...{ again: false, saved: undefined, report: () => {}, progress: () => {} },
        save: async () => {
          composed = performance.now()
        },
      }
      const commit = await github({ auth: token, repository, apiUrl, gitUrl }).commit(
        {
          repository: {
            fullName: repository,
            url: gitUrl,
            defaultBranch: 'main',
            created: false,
            heads: { main: head },
          },
          ...{ branch: 'main', artifacts, keep: [], message: 'Benchmark', deployment: 'benchmark', author },
          ...{ date: Date.now(), expectedHead: head, based: head !== null },
        },
        context,
      )
      const ended = performance.now()
      if (!commit.created) throw new Error('nothing was pushed')
      head = commit.oid
      const { began: sending, ended: answered, size, asking } = watched
      const parts = {
        hash: hashed - began,
        compose: composed - hashed,
        'of which asking the host': asking,
        pack: sending - composed,
        send: answered - sending,
        remember: ended - answered,
      }
      return { duration: ended - began, parts, sent: size }
    },
    async forget() {
      journals += 1
      cache = openCache(journals)
    },
  }
}

async function collect(files: readonly SourceFile[]): Promise<readonly Artifact[]> {
  const { artifacts } = await collectArtifacts({
    files: files.map((file) => ({ ...file, mode: '100644' })),
    ...{ excluded: [], store: memoryContentStore(), signal },
  })
  return artifacts
}

function openCache(number: number): Cache {
  return createCache(indexedDbJournal(`benchmark-${number}`), systemClock)
}

/** When the pack was sent, and how long everything else was asked for. */
function watch({ relay }: PageTarget) {
  const fetch = globalThis.fetch.bind(globalThis)
  const send = createRequests({
    ...{ fetch, upload: sendWithProgress, relay: relay ?? undefined },
    ...{ clock: systemClock, redactor: createRedactor() },
  })({ signal, report: () => {} })
  const watched = { began: Number.NaN, ended: Number.NaN, size: 0, asking: 0 }
  const request: SendRequest = async (options) => {
    const began = performance.now()
    const reply = await send(options)
    const ended = performance.now()
    if (options.method === 'POST' && options.url.endsWith('/git-receive-pack')) {
      const size = options.body instanceof Blob ? options.body.size : (options.body?.length ?? 0)
      Object.assign(watched, { began, ended, size })
    } else watched.asking += ended - began
    return reply
  }
  return Object.assign(watched, { request })
}
