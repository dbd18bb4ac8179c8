/** How long what GitLab does in the background takes, in milliseconds. */
export interface GitlabDelays {
  /** From a merge request's creation until it is prepared: its diff is there (`detailed_merge_status` is `preparing` until then). @default 0 */
  readonly preparing?: number
  /** From then until it is known whether it can be merged (`checking`). @default 0 */
  readonly checking?: number
  /** From a push until the project tells of it: that it isn't empty any more, and when something last happened. @default 0 */
  readonly pushed?: number
}

/** All at once. */
export const quickGitlabDelays: Required<GitlabDelays> = { preparing: 0, checking: 0, pushed: 0 }

/**
 * What users of GitLab.com meet. Nobody measured it: these are jobs in a queue (`NewMergeRequestWorker`, `MergeRequestMergeabilityCheckWorker`,
 * `PostReceive`), which take of the order of a second where it is not long.
 */
export const realisticGitlabDelays: Required<GitlabDelays> = { preparing: 1500, checking: 1000, pushed: 1000 }
