/** Milliseconds that operations take, so that clients really poll. */
export interface NeonDelays {
  /** From an operation's turn to `running`. @default 0 */
  readonly scheduling?: number
  /** `create_timeline`: the first branch of a project. @default 60 */
  readonly timeline?: number
  /** `create_branch`. @default 20 */
  readonly branch?: number
  /** `start_compute`. @default 60 */
  readonly start?: number
  /** `suspend_compute`. @default 20 */
  readonly suspend?: number
  /** `apply_config`. @default 30 */
  readonly config?: number
  /** `delete_timeline` and `timeline_archive`. @default 20 */
  readonly removal?: number
  /** From a failure to the next try. @default 100 */
  readonly retry?: number
}

/** How long what is not told takes: short enough for tests that wait for it. */
export const quickNeonDelays: Required<NeonDelays> = {
  scheduling: 0,
  timeline: 60,
  branch: 20,
  start: 60,
  suspend: 20,
  config: 30,
  removal: 20,
  retry: 100,
}

/**
 * How long operations take with Neon: the first branch, a further one and the start of a compute as the examples of its documentation
 * tell ("Retrieve a list of operations": 3096, 136 and 4843 ms). Nobody has measured the others for us, they are of the order of those.
 */
export const realisticNeonDelays: Required<NeonDelays> = {
  scheduling: 0,
  timeline: 3100,
  branch: 140,
  start: 4800,
  suspend: 500,
  config: 900,
  removal: 300,
  retry: 5000,
}
