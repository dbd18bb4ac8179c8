import { devNull } from 'node:os'
import { launchGit } from './git-launcher.js'

/** What a git command may be given. */
export interface GitCommandOptions {
  readonly input?: string | Uint8Array
  /** Exit codes that are an answer. @default [0] */
  readonly accept?: readonly number[]
  /** Variables beside those that every command gets. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs git commands in bare repositories, untouched by the configuration of the person at the machine. */
export interface Git {
  readonly environment: Readonly<Record<string, string>>
  /**
   * @returns what the command wrote to its standard output.
   * @throws with what it wrote to its standard error where its exit code is not accepted.
   */
  run(repository: string, command: readonly string[], options?: GitCommandOptions): Promise<Buffer>
}

/**
 * Binds git to a home folder of its own.
 *
 * @param home an existing folder
 */
export function createGit(home: string): Git {
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
  }
  return {
    environment,
    run: (repository, command, { input = '', accept = [0], environment: added } = {}) =>
      new Promise((resolve, reject) => {
        const order = {
          command: ['--git-dir', repository, ...command],
          options: { env: { ...environment, ...added }, cwd: home },
          input,
        }
        launchGit(order, (report) => {
          if (report.type === 'failure') reject(Object.assign(new Error(report.message), { code: report.code }))
          if (report.type !== 'end') return
          const { code, output, complaints } = report
          if (code !== null && accept.includes(code)) resolve(output)
          else reject(new Error(`git ${command[0]} ended with ${code}: ${complaints.toString().trim()}`))
        })
      }),
  }
}
