export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** Functions as their host finds them, before they are packed. JSON-safe. */
export interface FunctionSource {
  readonly host: ServerHost
  /** Relative to the project's root. */
  readonly directory: string
  /** How the host's own tool packs them, by name or pattern, in the terms of that tool. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** A host that runs what frameworks' adapters make for it. */
export type ServerHost = 'netlify' | 'vercel'

/**
 * What is known of a project before anything runs: detected from its files, or given by the caller, whose word always wins.
 * Commands are shell lines, split at spaces outside quotes; `null` means that the step is not needed.
 */
export interface Project {
  /** Folder of the project inside the container, relative to its workdir; `.` is the workdir itself. */
  readonly root: string
  readonly name: string | null
  readonly packageManager: PackageManager
  /** Where the package manager was read: `packageManager` field, the lock file's name, `default`, or `option`. */
  readonly packageManagerSource: string
  /** Id of the framework, for example `vite`, `astro`, `next`; `static` for plain files without a build. */
  readonly framework: string
  readonly frameworkName: string
  /** What the static host does with an unknown path: `spa` serves index.html, `static` answers 404. */
  readonly routing: 'spa' | 'static'
  readonly installCommand: string | null
  readonly buildCommand: string | null
  /** Relative to `root`. */
  readonly outputDirectory: string
  /** Where the output folder was read: a configuration file, `default of <framework>`, or `option`. */
  readonly outputSource: string
  /**
   * Whether the framework's own tool makes the output folder, so that nothing in it is source: it may be moved aside before a
   * build, and is left out of commits.
   */
  readonly ownsOutput: boolean
  /** Node version that the project asks for (`.nvmrc`, `.node-version`, `engines.node`), as written there. */
  readonly nodeVersion: string | null
  /**
   * The one host that can run what the build makes, because the framework builds with that host's adapter. @default any host of files
   */
  readonly runsOn?: ServerHost | undefined
  /** Functions in source. @default none */
  readonly functions?: FunctionSource | undefined
  /** Things that the user should know before deploying; each says what to do. */
  readonly notes: readonly string[]
}

/** What a caller may fix about its project; anything given here is used instead of being detected. */
export interface ProjectOptions {
  /** @default '.' */
  readonly root?: string
  readonly packageManager?: PackageManager
  readonly framework?: string
  /** `null` skips the installation. */
  readonly installCommand?: string | null
  /** `null` publishes the output folder as it is. */
  readonly buildCommand?: string | null
  /** Relative to `root`. */
  readonly outputDirectory?: string
}
