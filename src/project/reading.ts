import type { ErrorOptions } from '../errors/tabship-error.js'
import type { ServerHost } from '../spec/project.js'
import { vercelOutput } from './adapters.js'
import type { Command } from './build-script.js'
import type { PackageJson } from './package-json.js'
import { insideRoot, virtualRoot } from './paths.js'
import type { ProjectFiles } from './project-files.js'
import type { StaticConfig } from './static-config.js'
import { lookUp, type Setting } from './static-value.js'

/** What a framework's reader may look at. */
export interface ProjectFacts {
  readonly files: ProjectFiles
  readonly manifest: PackageJson
  /** The commands that the build comes down to. */
  readonly commands: readonly Command[]
  /** Environment variables that the build is given. */
  readonly env: Readonly<Record<string, string>>
}

/** What was read of a framework's output. */
export class Reading {
  output: string
  routing: 'spa' | 'static'
  /** Where the output folder was read; `null` while it is the framework's default. */
  source: string | null = null
  /** The one host that runs what is built; `null` where any host can serve it. */
  runsOn: ServerHost | null = null
  /** Why the project can't be published as it is. */
  problem: ErrorOptions | null = null
  readonly notes: string[] = []

  constructor(output: string, routing: 'spa' | 'static') {
    this.output = output
    this.routing = routing
  }

  /** Takes a folder that was read; `parts` are resolved one after the other from the project's root. */
  use(source: string, ...parts: readonly string[]): void {
    const shown = parts
      .filter((part) => part !== '.')
      .join('/')
      .replace(`${virtualRoot}/`, '')
    if (shown.includes('$')) {
      this.notes.push(`${source} names ${shown}, which only a shell can tell; ${assumed(this.output)}`)
      return
    }
    const inside = insideRoot(...parts)
    if (inside !== undefined) {
      this.output = inside
      this.source = source
      return
    }
    this.problem = {
      code: 'options-invalid',
      message: `${source} puts the output outside of the project: ${shown}.`,
      hint: 'Let the build write into a folder below the project, and say so there or pass outputDirectory.',
      details: { source, folder: shown },
    }
  }

  /** Text of a setting; a note says so where it is there but can't be read. */
  text(config: StaticConfig, path: readonly string[], setting: Setting = config.setting(...path)): string | undefined {
    if (setting.state === 'value' && typeof setting.value === 'string') return setting.value
    if (setting.state === 'absent') return undefined
    const name = path.join('.')
    if (!config.readable) {
      this.note(`${config.file} can't be parsed, so ${name} is not known; ${assumed(this.output)}`)
    } else if (setting.state === 'hidden') {
      this.note(`${config.file} takes settings from elsewhere, and ${name} may be one; ${assumed(this.output)}`)
    } else {
      this.note(`${config.file} sets ${name} to something that only running it can tell; ${assumed(this.output)}`)
    }
    return undefined
  }

  /** Adds a note once. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text)
  }

  /** Records that the project is built for one host, which writes to a folder of its own, or to the one that is known already. */
  adaptTo(host: ServerHost, source: string): this {
    this.runsOn = host
    if (host === 'vercel') this.use(source, vercelOutput)
    return this
  }

  /** Records that the project as it is needs a running server. */
  needsServer(framework: string, reason: string, change: string): this {
    this.problem = {
      code: 'server-target-needed',
      message: `${framework} would need a server here: ${reason}.`,
      hint: `${change}. If the build does write static files, pass outputDirectory.`,
      details: { framework, reason },
    }
    return this
  }
}

function assumed(output: string): string {
  return `${output} is assumed. Pass outputDirectory if that is wrong.`
}

/** Whether a setting is written down as exactly this value. */
export function is(setting: Setting, value: string | number | boolean): boolean {
  return setting.state === 'value' && setting.value === value
}

/** A setting of a value that was found before. */
export function within(setting: Setting, ...path: readonly string[]): Setting {
  return setting.state === 'value' ? lookUp(setting.value, path) : setting
}
