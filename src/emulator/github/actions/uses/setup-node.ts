import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { resolve } from 'node:path'
import { type Action, type ActionCall, StepFailure } from './action.js'

// https://github.com/nodejs/release#release-schedule
const newestMajor = 26

const lockFiles: Readonly<Record<string, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
}

/** actions/setup-node: this machine's Node, which the emulator itself runs on. */
export const setupNode: Action = {
  inputs: {
    'node-version': '',
    'node-version-file': '',
    cache: '',
    'cache-dependency-path': '',
    'registry-url': '',
    'check-latest': 'false',
    'always-auth': 'false',
  },
  ignored: ['architecture', 'scope', 'token', 'mirror', 'mirror-token', 'package-manager-cache'],
  run: async (call) => {
    const wanted = (await readVersion(call)).replace(/^v/, '')
    const major = majorOf(wanted)
    if (major === undefined) {
      const where = `platform ${platform()} and architecture ${arch()}`
      throw new StepFailure(`Unable to find Node version '${wanted}' for ${where}.`)
    }
    const own = process.versions.node
    if (major !== 'any' && major !== Number(own.split('.')[0])) {
      call.log(`##[warning]The emulator has only Node ${own} and uses it in place of ${wanted}.`)
    }
    checkCache(call)
    call.log(`Environment details\nnode: v${own}`)
    call.output('node-version', `v${own}`)
    // The cache of npm is this machine's own, so there is nothing to bring back.
    if (call.input('cache') !== '') call.output('cache-hit', 'true')
    return undefined
  },
}

async function readVersion({ input, job }: ActionCall): Promise<string> {
  const said = input('node-version')
  const file = input('node-version-file')
  if (said !== '' || file === '') return said
  const path = resolve(job.workspace, file)
  if (!existsSync(path)) throw new StepFailure(`The specified node version file at: ${path} does not exist`)
  const text = await readFile(path, 'utf8')
  if (!file.endsWith('package.json')) return text.trim()
  const { volta, engines } = JSON.parse(text) as { volta?: { node?: string }; engines?: { node?: string } }
  return volta?.node ?? engines?.node ?? ''
}

/** `undefined`: there is no such version. */
function majorOf(version: string): number | 'any' | undefined {
  if (/^(?:|\*|x|latest|current|node|lts\/\S+)$/.test(version)) return 'any'
  const [, sign, digits] = /^(>=|>|<=|<|\^|~|=)?\s*(\d+)(?:\.(?:\d+|x|\*)){0,2}(?:[\s|].*)?$/.exec(version) ?? []
  const major = Number(digits)
  if (digits === undefined || (major > newestMajor && !sign?.startsWith('<'))) return undefined
  return sign?.includes('>') || sign?.includes('<') ? 'any' : major
}

function checkCache({ input, job, log }: ActionCall): void {
  const manager = input('cache')
  if (manager === '') return
  const known = lockFiles[manager]
  if (!known) throw new StepFailure(`Caching for '${manager}' is not supported`)
  const files = input('cache-dependency-path').split('\n').filter(Boolean)
  const searched = files.length > 0 ? files : known
  if (searched.some((file) => /[*?]/.test(file) || existsSync(resolve(job.workspace, file)))) {
    log(`${manager} uses this machine's cache`)
    return
  }
  const patterns = searched.join(',')
  throw new StepFailure(`Dependencies lock file is not found in ${job.workspace}. Supported file patterns: ${patterns}`)
}
