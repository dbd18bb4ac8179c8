import { listFolder, readText } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import type { HeaderSettings } from '../rules/make-rules.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import type { Warning } from '../spec/plan.js'
import type { Project } from '../spec/project.js'
import type { HostFiles, HostRules, RulesFile } from '../spec/rules.js'
import { parseOutput, type RuleTargets, readRules, rulesFilesOf } from './rules.js'

const ofProject: readonly RulesFile[] = ['netlify.toml', 'vercel.json']
/** Folders that frameworks copy into the output as they are. */
const copiedFolders = ['public', 'static']

/** A project whose files with rules are looked for. */
export interface FindHostFiles {
  readonly container: Container
  readonly project: Project
  readonly targets: RuleTargets
  readonly headers: HeaderSettings
  /** What is published, where it stands already. */
  readonly output: ArtifactSet | null
  /** Whether the providers build, and read the files that only their builds make. */
  readonly elsewhere: boolean
  readonly signal: AbortSignal
}

/**
 * Reads the files in which a project says what its hosts are to do, before anything is built: those in its folder, and those that the
 * build will copy. Loads nothing where there are none.
 * @returns `undefined` where there is nothing to keep
 * @throws OptionsError `rules-invalid` that names file and lines
 */
export async function findHostFiles(options: FindHostFiles): Promise<HostFiles | undefined> {
  const { container, project, targets, headers, output, elsewhere, signal } = options
  const reads = rulesFilesOf(targets)
  if (targets.every(({ rules }) => rules === undefined)) return undefined
  const place = (path: string) => joinPath(project.root, path)
  const names = (await listFolder(container, place('.'), signal)) ?? []
  const texts: Partial<Record<RulesFile, string>> = {}
  for (const file of ofProject.filter((name) => reads.has(name) && names.includes(name))) {
    const text = await readText(container, place(file), signal)
    if (text !== undefined) texts[file] = text
  }
  let files: HostFiles = { netlify: null, vercel: null, warnings: [] }
  if (Object.keys(texts).length > 0) {
    const [{ readHostFiles }, { loadToml }] = await Promise.all([
      import('../rules/read-host-files.js'),
      import('../project/toml.js'),
    ])
    files = readHostFiles(texts, await loadToml())
  }
  let own = output && (await readRules(output, reads))
  for (const folder of output ? [] : copiedFolders.filter((name) => names.includes(name))) {
    const inside = (await listFolder(container, place(folder), signal)) ?? []
    const read = async (name: RulesFile) =>
      inside.includes(name) ? readText(container, place(`${folder}/${name}`), signal) : undefined
    const [redirects, headers] = [await read('_redirects'), await read('_headers')]
    if (redirects === undefined && headers === undefined) continue
    own = await parseOutput({ redirects, headers, folder }, reads)
  }
  const { makeRules } = await import('../rules/make-rules.js')
  const rules = await makeRules(own ?? { redirects: [], headers: [], files: [] }, files, headers, [])
  const warnings = elsewhere ? [] : await warningsOf(targets, rules)
  const all = { ...files, warnings: [...files.warnings, ...warnings] }
  return all.netlify || all.vercel || all.warnings.length > 0 ? all : undefined
}

async function warningsOf(targets: RuleTargets, rules: HostRules): Promise<Warning[]> {
  const told = await Promise.all(targets.map((target) => target.rules?.warn(rules) ?? []))
  return [...new Map(told.flat().map((warning) => [warning.message, warning])).values()]
}
