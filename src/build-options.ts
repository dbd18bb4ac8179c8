import * as z from 'zod/mini'
import { OptionsError } from './errors/options-error.js'
import type { GitHost } from './spec/git-host.js'
import type { HostBuilds } from './spec/host-build.js'
import type { Target } from './spec/target.js'
import { nameOf } from './toolkit/name-of.js'

/** Where and how a project is built. */
export interface BuildOptions {
  /**
   * The container in this tab, or the git host's own machines (`actions`: GitHub Actions), for what does not fit into a tab. Those
   * build what is committed: the commit comes first, with a workflow that `deploy` writes and starts, and the output is fetched.
   * With `provider`, each target builds by itself: the commit where its site is linked to the repository, otherwise the project's
   * source, which it is sent without what `.gitignore` excludes and without secrets.
   * @default 'container'
   */
  readonly where?: 'container' | 'actions' | 'provider'
  /** Environment variables of the installation and the build. With `actions` they are part of the commit. */
  readonly env?: Readonly<Record<string, string>>
  /**
   * Names of variables in `env` whose values are shown in no event. With `actions`: names of secrets that the repository keeps
   * (see `setup.secrets` of the git host), which the commands get; their values are never given here. @default []
   */
  readonly secrets?: readonly string[]
  /** Milliseconds that each command may take. @default 1_800_000 */
  readonly timeLimit?: number
  /** Milliseconds that a command in the container may be silent: a tab out of memory says nothing. @default 300_000 */
  readonly idleLimit?: number
  /** More of builds with `where: 'actions'`. */
  readonly actions?: {
    /** Name of the workflow's file. One of that name that `deploy` did not write is left alone. @default 'tabship.yml' */
    readonly workflow?: string
    /** Environment of the repository, whose reviewers then let the build go on, and whose secrets it gets. @default none */
    readonly environment?: string
    /** The machine, as `runs-on` names it. @default 'ubuntu-latest' */
    readonly machine?: string
  }
}

/** {@link BuildOptions} with every default in place. */
export interface BuildSettings extends Required<Omit<BuildOptions, 'actions'>> {
  readonly actions?: ActionsSettings | undefined
}

/** What is wanted of a build on the git host's own machines. */
export interface ActionsSettings {
  readonly workflow: string
  readonly environment?: string | undefined
  readonly machine?: string | undefined
}

const milliseconds = z.number().check(z.positive())
const text = z.string().check(z.regex(/^[^\p{Cc}]+$/u, 'a text that is not empty, in one line'))

const settingsSchema = z.strictObject({
  where: z._default(z.enum(['container', 'actions', 'provider'], 'container, actions or provider'), 'container'),
  env: z._default(z.record(z.string(), z.string()), {}),
  secrets: z._default(z.array(z.string()), []),
  timeLimit: z._default(milliseconds, 30 * 60_000),
  idleLimit: z._default(milliseconds, 5 * 60_000),
  actions: z.optional(
    z.strictObject({
      workflow: z._default(
        z.string().check(z.regex(/^[\w-][\w.-]*\.ya?ml$/, 'the name of a file that ends with .yml')),
        'tabship.yml',
      ),
      environment: z.optional(text),
      machine: z.optional(text),
    }),
  ),
})

/** Reads {@link BuildOptions}; a text is short for `where`. */
export const buildSchema: z.ZodMiniType<BuildSettings> = z.pipe(
  z.transform((value: unknown) => (typeof value === 'string' ? { where: value } : value)),
  settingsSchema,
)

/** What goes with the options of a build. */
interface BuildSurroundings {
  readonly build: BuildSettings
  readonly git?: GitHost | undefined
  readonly commit: { readonly content: 'source' | 'artifacts' | 'both' }
  readonly targets: readonly Target[]
}

/**
 * Checks the options of a build against each other and against what it is built with.
 * @param verb Whose options they are, for messages.
 * @throws OptionsError `options-invalid`
 */
export function checkBuild(settings: BuildSurroundings, verb: string): void {
  const { build } = settings
  if (build.where === 'actions') checkActions(settings, verb)
  else checkContainer(settings, verb)
  if (build.where === 'provider') checkProvider(settings, verb)
}

function checkProvider({ build, git, commit, targets }: BuildSurroundings, verb: string): void {
  const field = `${verb}.build.where is provider`
  if (targets.length === 0)
    throw invalid(
      `${field}, and ${verb}.targets is empty: there is nobody who would build.`,
      'Give a target that builds: netlify({ … }) or vercel({ … }).',
    )
  const unable = targets.find(({ builds }) => builds === undefined)
  if (unable)
    throw invalid(
      `${field}, and ${nameOf(unable.name)} builds nothing.`,
      "Build in the tab (build.where: 'container') or on the git host (build.where: 'actions').",
    )
  if (git && commit.content !== 'source')
    throw invalid(
      `${field}, and ${verb}.commit.content is ${commit.content}: the output stays with the provider and can't be committed.`,
      "Commit the source: commit.content: 'source'.",
    )
  const without = Object.keys(build.env).length > 0 ? targets.find(({ builds }) => !builds?.env) : undefined
  if (without)
    throw invalid(
      `${field}, and ${nameOf(without.name)} takes no variables for one build, which ${verb}.build.env holds.`,
      'Leave build.env out, and let the site keep the variables.',
    )
}

function checkContainer({ build }: BuildSurroundings, verb: string): void {
  if (build.actions) {
    throw invalid(
      `${verb}.build.actions is given, and ${verb}.build.where is not actions.`,
      "Set build.where: 'actions', or leave build.actions out.",
    )
  }
  const unknown = build.secrets.find((name) => build.env[name] === undefined)
  if (unknown !== undefined)
    throw invalid(
      `${verb}.build.secrets names ${unknown}, which is not in ${verb}.build.env.`,
      'Name variables of build.env, exactly as they are written there.',
    )
}

function checkActions({ build, git, commit }: BuildSurroundings, verb: string): void {
  const field = `${verb}.build.where is actions`
  if (!git) throw invalid(`${field}, and ${verb}.git is not given.`, 'Give the repository: git: github({ … }).')
  if (!git.builds)
    throw invalid(
      `${field}, and ${verb}.git is ${git.name}, which runs no builds here.`,
      "Use github({ … }), or build in the tab: build.where: 'container'.",
    )
  if (commit.content === 'artifacts')
    throw invalid(
      `${field}, and ${verb}.commit.content is artifacts: there is no source to build.`,
      "Commit the source: commit.content: 'source', or 'both'.",
    )
  const open = build.secrets.find((name) => build.env[name] !== undefined)
  if (open !== undefined)
    throw invalid(
      `${verb}.build.secrets names ${open}, whose value is in ${verb}.build.env, and would be committed.`,
      `Take it out of build.env and let the repository keep it: github({ setup: { secrets: { ${open}: … } } }).`,
    )
  // GitHub Docs, "Store information in variables" and "Naming your secrets".
  const wrong = [...Object.keys(build.env), ...build.secrets].find((name) => !/^(?!github_)[a-z_]\w*$/i.test(name))
  if (wrong !== undefined)
    throw invalid(
      `${verb}.build names the variable ${wrong}, which GitHub Actions do not take.`,
      'Use letters, digits and "_"; names begin neither with a digit nor with GITHUB_.',
    )
}

/** What a build on the git host is made with; `undefined` where the project is built in the container. */
export function hostBuildOf({
  build,
  git,
}: Omit<BuildSurroundings, 'targets'>): { readonly builds: HostBuilds; readonly actions: ActionsSettings } | undefined {
  if (build.where !== 'actions' || !git?.builds) return undefined
  return { builds: git.builds, actions: build.actions ?? { workflow: 'tabship.yml' } }
}

function invalid(message: string, hint: string): OptionsError {
  return new OptionsError({ code: 'options-invalid', message, hint })
}
