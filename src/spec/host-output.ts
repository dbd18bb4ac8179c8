import type { ArtifactSet, ExclusionReason, HostExtras } from './artifact.js'
import type { Context } from './context.js'
import type { Project, ServerHost } from './project.js'

/** Why a file or a folder is left out; `undefined` to take it. */
export type LeaveOut = (path: string, isDirectory: boolean) => ExclusionReason | undefined

/** A project after its build, as its container shows it. All paths are below the project's root. */
export interface BuiltProject {
  readonly project: Project
  /** Whether a build has just ended; without one, what stands there is as old as it may be. */
  readonly isFresh: boolean
  /** Names in a folder; `undefined` where there is no such folder. */
  list(folder: string): Promise<readonly string[] | undefined>
  /** Text of a file; `undefined` where there is none. */
  readText(path: string): Promise<string | undefined>
  /** What is left out of files that everyone may read: secrets, what the user excludes. Paths are below the folder that is served. */
  readonly servedRules: LeaveOut
  /**
   * Takes the files of a folder, with paths below it, links as links.
   * @param isServed Which of them everyone may read: those that turn out to hold a secret are left out. @default none
   */
  collect(folder: string, rules: LeaveOut, isServed?: (path: string) => boolean): Promise<ArtifactSet>
  /**
   * Runs a program at the project's root, with its output as events.
   * @throws BuildError `command-failed`
   */
  run(program: string, programArguments: readonly string[]): Promise<void>
  /** Removes a folder; none is no error. */
  remove(folder: string): Promise<void>
}

/** What builds leave for one host alone, and how it is taken from there: a capability of a target. */
export interface HostOutput {
  readonly host: ServerHost
  /**
   * Folders that builds alone write to. What an earlier build left in them is removed, so that what stands there afterwards is of the
   * build that has just ended.
   */
  readonly folders: readonly string[]
  /** The one of them that takes the place of an output folder; `null` where there is none. */
  readonly whole: string | null
  /** Takes what stands in {@link HostOutput.whole}; `undefined` where nothing of that kind does. */
  collectWhole?(built: BuiltProject, context: Context): Promise<ArtifactSet | undefined>
  /** Takes what belongs to the files of an output folder; `undefined` where there is nothing. */
  collectExtras?(built: BuiltProject, context: Context): Promise<HostExtras | undefined>
}
