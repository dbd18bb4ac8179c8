import { expect } from 'vitest'
import type { GithubBench, Reply } from './github-support.js'

/** A job as the API tells it. */
export interface JobJson {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly run_attempt: number
  readonly steps: readonly {
    readonly name: string
    readonly number: number
    readonly status: string
    readonly conclusion: string
  }[]
}

/** A run as the API tells it. */
export interface RunJson {
  readonly id: number
  readonly name: string
  readonly event: string
  readonly status: string
  readonly conclusion: string | null
  readonly head_sha: string
  readonly head_branch: string
  readonly run_number: number
  readonly run_attempt: number
  readonly display_title: string
  readonly path: string
}

/** A repository with workflows, asked through the API. */
export interface Workshop {
  readonly bench: GithubBench
  /** `owner/name` */
  readonly name: string
  /** Puts a commit on a branch, which starts what its workflows say. */
  commit(files: Readonly<Record<string, string | null>>, branch?: string, message?: string): Promise<string>
  ask(path: string, options?: Parameters<GithubBench['ask']>[1]): Promise<Reply>
  runs(query?: string): Promise<RunJson[]>
  /** Waits until a run has the status; the newest one where none is named. */
  until(status: string, run?: number): Promise<RunJson>
  jobs(run: number, filter?: string): Promise<JobJson[]>
  /** Log of a job, without the times. */
  log(job: number): Promise<string>
  /** Runs a workflow by a push and gives all that it came to. */
  run(workflow: string, files?: Readonly<Record<string, string>>): Promise<Outcome>
}

/** A run that has ended. */
export interface Outcome {
  readonly run: RunJson
  readonly jobs: readonly JobJson[]
  /** Logs by name of the job. */
  readonly logs: Readonly<Record<string, string>>
}

let count = 0

/** Makes an empty repository. */
export async function openWorkshop(bench: GithubBench, settings: { private?: boolean } = {}): Promise<Workshop> {
  count += 1
  const { owner } = bench.accounts
  const repository = await bench.state.create(owner, `workshop-${count}`, settings)
  const name = `${owner.login}/${repository.name}`
  const shop: Workshop = {
    bench,
    name,
    commit: (files, branch = 'main', message = 'Change it') =>
      bench.state.commit({ repository: name, branch, files, message, author: owner }),
    ask: (path, options) => bench.ask(`/repos/${name}${path}`, options),
    runs: async (query = '') => {
      const { body } = await shop.ask(`/actions/runs${query}`)
      return body.workflow_runs as RunJson[]
    },
    until: async (status, id) => {
      let found: RunJson | undefined
      const look = async (): Promise<string | undefined> => {
        found = id === undefined ? (await shop.runs())[0] : ((await shop.ask(`/actions/runs/${id}`)).body as never)
        return found?.status
      }
      await expect.poll(look, { timeout: 20_000, interval: 20 }).toBe(status)
      if (!found) throw new Error('There is no run')
      return found
    },
    jobs: async (run, filter = 'latest') => {
      const { body } = await shop.ask(`/actions/runs/${run}/jobs?filter=${filter}`)
      return body.jobs as JobJson[]
    },
    log: async (job) => {
      const { text } = await shop.ask(`/actions/jobs/${job}/logs`, { headers: { Accept: '*/*' } })
      return text.replace(/^\S+Z /gm, '')
    },
    run: async (workflow, files = {}) => {
      await shop.commit({ ...files, '.github/workflows/work.yml': workflow })
      const run = await shop.until('completed')
      const jobs = await shop.jobs(run.id)
      const logs = await Promise.all(jobs.map(async (job) => [job.name, await shop.log(job.id)]))
      return { run, jobs, logs: Object.fromEntries(logs) as Record<string, string> }
    },
  }
  return shop
}

/** Results of the steps of a job that the file names, by name. */
export function stepsOf(job: JobJson | undefined): Record<string, string> {
  const own = job?.steps.slice(1, -1) ?? []
  return Object.fromEntries(own.map((step) => [step.name, step.conclusion]))
}
