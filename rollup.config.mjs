import { readFileSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import esbuild from 'rollup-plugin-esbuild'

const { bin, dependencies, exports, peerDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
)

/** What can be imported or run: `dist/git/github` from `src/git/github.ts`. The map of exports is the only list of it. */
const outputs = [...Object.values(exports).map((entry) => entry.default), ...Object.values(bin)].filter(Boolean)
const names = outputs.map((output) => /^\.\/dist\/(.+)\.js$/.exec(output)[1])

const packages = Object.keys({ ...dependencies, ...peerDependencies })
const external = new RegExp(`^(?:node:|(?:${packages.join('|')})(?:/|$))`)

/** Leaves nothing of an earlier build, and makes commands executable. */
const tidy = {
  name: 'tidy',
  async generateBundle({ dir }, _bundle, isWrite) {
    if (isWrite) await rm(dir, { recursive: true, force: true })
  },
  async writeBundle({ dir }) {
    for (const command of Object.values(bin)) await chmod(join(dir, command.replace('./dist/', '')), 0o755)
  },
}

export default {
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  external,
  plugins: [esbuild({ target: 'es2022', loaders: { '.json': 'json' } }), tidy],
  output: { dir: 'dist', format: 'es', preserveModules: true, preserveModulesRoot: 'src', sourcemap: true },
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message)
  },
}
