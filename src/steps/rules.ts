import type { HeaderSettings } from '../rules/make-rules.js'
import type { Artifact, ArtifactSet } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { Warning } from '../spec/plan.js'
import type { HostFiles, HostRules, RulesFile } from '../spec/rules.js'
import type { Target } from '../spec/target.js'

/** Of targets, how they take rules. */
export type RuleTargets = readonly Pick<Target, 'rules'>[]
/** What the files with rules among what is published say. */
export type OutputRules = Pick<HostRules, 'redirects' | 'headers' | 'files'> & { readonly warnings: readonly Warning[] }

const ofOutput: readonly RulesFile[] = ['_redirects', '_headers']

/** What the targets read: nothing else is held against anything. */
export function rulesFilesOf(targets: RuleTargets): ReadonlySet<RulesFile> {
  return new Set(targets.flatMap(({ rules }) => rules?.reads ?? []))
}

/**
 * Holds the files with rules among what is published against what the targets take: nothing is committed before.
 * @throws OptionsError `rules-invalid`
 */
export async function checkOutputRules(
  set: ArtifactSet,
  reads: ReadonlySet<RulesFile> | undefined,
  context: Pick<Context, 'report'>,
): Promise<ArtifactSet> {
  const { warnings } = await readRules(set, reads ?? new Set())
  for (const warning of warnings) context.report({ type: 'warning', ...warning })
  return set
}

/** What the target is to do beside serving the files. What it can't do is told, but for what the plan has told. */
export async function rulesFor(
  set: ArtifactSet,
  target: Pick<Target, 'rules' | 'served'>,
  { hosts, headers }: { readonly hosts: HostFiles | undefined; readonly headers: HeaderSettings },
  context: Pick<Context, 'report'>,
): Promise<HostRules | undefined> {
  if (!target.rules) return undefined
  const { makeRules } = await import('../rules/make-rules.js')
  const own = await readRules(set, new Set(target.rules.reads))
  const served = (await target.served?.(set.artifacts, set)) ?? set.artifacts
  const { redirects, headers: ownHeaders, files } = own
  const rules = await makeRules(
    { redirects, headers: ownHeaders, files },
    { netlify: hosts?.netlify ?? null, vercel: hosts?.vercel ?? null },
    headers,
    served.map(({ path }) => path),
  )
  // What the build copies was told under the name that it has in the project.
  const told = new Set(hosts?.warnings.map(({ message }) => message.replace(/^(?:public|static)\//, '')))
  for (const warning of await target.rules.warn(rules)) {
    if (!told.has(warning.message)) context.report({ type: 'warning', ...warning })
  }
  return rules
}

/** The files with a `_redirects` that says what the project's configuration does to them, too: what else answers is not ours to judge. */
export async function withForeseen(
  artifacts: readonly Artifact[],
  { rules }: Pick<Target, 'rules'>,
  hosts: HostFiles | undefined,
): Promise<readonly Artifact[]> {
  if (!hosts || !rules?.foresee) return artifacts
  const own = artifacts.find(({ path }) => path === '_redirects')
  const text = new TextDecoder().decode(await own?.read())
  const paths = artifacts.map(({ path }) => path)
  const foreseen = await rules.foresee(hosts, text, paths)
  if (foreseen === text) return artifacts
  const { fileOf } = await import('../toolkit/file-of.js')
  return [...artifacts.filter((one) => one !== own), await fileOf('_redirects', foreseen)]
}

/** Reads the files with rules among what is published, as far as they matter. @throws OptionsError `rules-invalid` */
export async function readRules({ artifacts }: ArtifactSet, reads: ReadonlySet<RulesFile>): Promise<OutputRules> {
  const read = async (name: RulesFile) => {
    const artifact = artifacts.find(({ path }) => path === name)
    return artifact && new TextDecoder().decode(await artifact.read())
  }
  return parseOutput({ redirects: await read('_redirects'), headers: await read('_headers'), folder: '' }, reads)
}

/** Reads their texts. @throws OptionsError `rules-invalid` */
export async function parseOutput(
  texts: { readonly redirects: string | undefined; readonly headers: string | undefined; readonly folder: string },
  reads: ReadonlySet<RulesFile>,
): Promise<OutputRules> {
  const found: Partial<Record<RulesFile, string | undefined>> = { _redirects: texts.redirects, _headers: texts.headers }
  const files = ofOutput.filter((name) => found[name] !== undefined)
  const taken = (name: RulesFile) => (reads.has(name) ? found[name] : undefined)
  if (files.every((name) => taken(name) === undefined)) return { redirects: [], headers: [], files, warnings: [] }
  const { readOutputRules } = await import('../rules/read-output-rules.js')
  const folder = texts.folder
  return { ...readOutputRules({ redirects: taken('_redirects'), headers: taken('_headers'), folder }), files }
}
