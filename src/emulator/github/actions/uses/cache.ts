import { cp, mkdir } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { findFiles } from '../files.js'
import type { CacheEntry } from '../job-world.js'
import type { RunRecord } from '../state.js'
import { type Action, type ActionCall, StepFailure } from './action.js'

/** actions/cache: brings back what an earlier run of the branch, or of the default branch, has kept under the key. */
export const cache: Action = {
  inputs: { path: '', key: '', 'restore-keys': '', 'lookup-only': 'false', 'fail-on-cache-miss': 'false' },
  ignored: ['upload-chunk-size', 'enableCrossOsArchive', 'save-always'],
  hasPost: true,
  run: async (call) => {
    const { job, log, output } = call
    const [path, key] = [required(call, 'path'), required(call, 'key')]
    const found = await find(call, path, key)
    output('cache-hit', found ? String(found.key === key) : '')
    output('cache-primary-key', key)
    output('cache-matched-key', found?.key ?? '')
    if (!found) {
      log(`Cache not found for input keys: ${[key, ...lines(call.input('restore-keys'))].join(', ')}`)
      if (call.input('fail-on-cache-miss') === 'true') {
        throw new StepFailure(`Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${key}`)
      }
    } else if (call.input('lookup-only') === 'true') log(`Cache found and can be restored from key: ${found.key}`)
    else {
      await cp(found.folder, job.folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
      log(`Cache restored from key: ${found.key}`)
    }
    return (post) => keep(post, path, key, found?.key === key)
  },
}

function required(call: ActionCall, name: string): string {
  const value = call.input(name)
  if (value === '') throw new StepFailure(`Input required and not supplied: ${name}`)
  return value
}

async function find({ job, input }: ActionCall, path: string, key: string): Promise<CacheEntry | undefined> {
  const { world, record } = job
  const { repository, ref } = record.run
  const head = await world.git.run(repository.path, ['symbolic-ref', 'HEAD'])
  const known = world.storage.caches(repository).filter((one) => one.paths === path)
  // A branch sees its own caches first, then those of the default branch.
  for (const from of [ref, head.toString().trim()]) {
    const here = known.filter((one) => one.ref === from)
    const exact = here.find((one) => one.key === key)
    if (exact) return exact
    for (const prefix of [key, ...lines(input('restore-keys'))]) {
      const found = here.find((one) => one.key.startsWith(prefix))
      if (found) return found
    }
  }
  return undefined
}

async function keep(call: ActionCall, path: string, key: string, hit: boolean): Promise<void> {
  const { job, log } = call
  const { storage } = job.world
  const { run } = job.record
  const known = storage.caches(run.repository).some((one) => isSame(one, path, key, run))
  if (hit || known) {
    log(`Cache hit occurred on the primary key ${key}, not saving cache.`)
    return
  }
  const root = job.folder
  // npm's cache in the home folder is this machine's own: it is always there, and too large to be copied.
  const [npm, own] = [lines(path).filter((line) => isNpm(line)), lines(path).filter((line) => !isNpm(line))]
  const { files } = findFiles(own.join('\n'), { from: job.workspace, home: job.home })
  const kept = files.filter((file) => !relative(root, file).startsWith('..'))
  if (kept.length + npm.length === 0) {
    log('##[warning]Path Validation Error: Path(s) specified in the action for caching do(es) not exist')
    return
  }
  const folder = await storage.makeFolder()
  for (const file of kept) {
    const to = resolve(folder, relative(root, file))
    await mkdir(dirname(to), { recursive: true })
    await cp(file, to, { verbatimSymlinks: true, preserveTimestamps: true })
  }
  storage.addCache(run.repository, { key, paths: path, ref: run.ref, folder })
  log(`Cache saved with key: ${key}`)
}

function isSame(one: CacheEntry, path: string, key: string, run: RunRecord): boolean {
  return one.key === key && one.paths === path && one.ref === run.ref
}

function isNpm(line: string): boolean {
  return /^~\/\.npm(?:\/|$)/.test(line)
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}
