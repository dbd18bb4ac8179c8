import { toText, type Value } from './expressions/values.js'
import { githubContext, type RunningJob, runnerContext } from './running-job.js'

// Not all of the context becomes variables: the token, above all, does not.
const named = [
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'event_name',
  'graphql_url',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
]

/** The variables that GitHub sets for every step: https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables */
export function githubVariables(job: RunningJob): Record<string, string> {
  const context = githubContext(job.record.run, job.world, job)
  const prefixed = (prefix: string, values: Readonly<Record<string, Value>>, names: readonly string[]) =>
    names.map((name) => [`${prefix}_${name.toUpperCase()}`, toText(values[name] ?? null)])
  const runner = runnerContext(job)
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_PATH: `${job.temporary}/event.json`,
    ...Object.fromEntries(prefixed('GITHUB', context, named)),
    ...Object.fromEntries(prefixed('RUNNER', runner, Object.keys(runner))),
  }
}
