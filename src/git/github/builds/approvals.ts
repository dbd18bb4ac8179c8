import { AuthError } from '../../../errors/auth-error.js'
import { OptionsError } from '../../../errors/options-error.js'
import type { Context } from '../../../spec/context.js'
import type { ApprovalChoice, HostApproval, HostBuildInput } from '../../../spec/host-build.js'
import { closed, saidIn } from '../../../toolkit/parse-reply.js'
import { explainRefusal } from '../rights/missing-right.js'
import { actionsRight } from './begin-run.js'
import { type BuildTools, type Pending, pendingSchema, type Run } from './replies.js'

/** What a run waits for, and what is decided about it. */
export interface Approvals {
  /** Whether the run was stopped here. */
  readonly rejected: boolean
  /** Whether it has ever waited. */
  readonly waited: boolean
  /** Looks what the run waits for, tells it, and asks who may decide. @throws what the asking has thrown */
  look(isWaiting: boolean): Promise<void>
}

const choices: readonly unknown[] = ['approve', 'reject', 'wait'] satisfies ApprovalChoice[]

/** Begins without anything to decide. */
export function createApprovals(
  tools: BuildTools,
  { fullName, run }: { readonly fullName: string; readonly run: Run },
  onApproval: HostBuildInput['onApproval'],
  context: Context,
): Approvals {
  const path = `/repos/${fullName}/actions/runs/${run.id}/pending_deployments`
  let told: HostApproval | undefined
  let decision: Exclude<ApprovalChoice, 'wait'> | null = null
  let rejected = false
  let waited = false
  let failure: { readonly error: unknown } | undefined

  const read = (): Promise<Pending> =>
    tools.api.json(context, pendingSchema, { purpose: 'tell what the build waits for', path })

  async function ask(approval: HostApproval, pending: Pending): Promise<void> {
    const choice = await Promise.resolve(approval).then(onApproval).catch(askingFailed)
    if (!choices.includes(choice)) askingFailed(`it gave ${String(choice)}, not approve, reject or wait`)
    // Meanwhile somebody else may have decided.
    if (choice === undefined || choice === 'wait' || told !== approval) return
    await decide(choice, pending)
    decision = choice
    if (choice === 'reject') rejected = true
  }

  async function decide(choice: Exclude<ApprovalChoice, 'wait'>, pending: Pending): Promise<void> {
    const purpose = `${choice} the build`
    const ids = pending.map(({ environment }) => environment.id)
    const state = choice === 'approve' ? 'approved' : 'rejected'
    const json = { environment_ids: ids, state, comment: 'Decided in Tabship' }
    // Decided twice, GitHub refuses the second time, and nothing comes of it: it may be repeated.
    const request = { purpose, method: 'POST', path, json, accept: [422], idempotent: true } as const
    const reply = await tools.api.send(context, request).catch((error: unknown) => {
      throw explainRefusal(error, actionsRight, { fullName, web: tools.web, known: tools.scopes.known })
    })
    if (reply.status !== 422) return
    const left = await read()
    if (left.some(({ environment }) => ids.includes(environment.id))) throw refused(choice, saidIn(reply.bytes))
  }

  function end(): void {
    if (!told) return
    context.report({ type: 'approval-end', run: told.run, environments: told.environments, decision })
    told = undefined
    decision = null
  }

  return {
    get rejected() {
      return rejected
    },
    get waited() {
      return waited
    },
    async look(isWaiting) {
      if (failure) throw failure.error
      if (!isWaiting) return end()
      const pending = await read()
      if (pending.length === 0) return
      waited = true
      const approval = approvalOf(run, pending)
      if (told && JSON.stringify(told) === JSON.stringify(approval)) return
      end()
      told = approval
      context.report({ type: 'approval-wait', approval })
      if (!onApproval || !approval.canDecide) return
      // The run is followed while somebody thinks: it may be decided elsewhere.
      ask(approval, pending).catch((error: unknown) => {
        failure = { error }
      })
    },
  }
}

function approvalOf(run: Run, pending: Pending): HostApproval {
  const reviewers = pending.flatMap((one) =>
    one.reviewers.flatMap(({ reviewer }) => reviewer?.login ?? reviewer?.slug ?? []),
  )
  const ends = pending.flatMap(({ wait_timer: minutes, wait_timer_started_at: since }) =>
    since === null || minutes === 0 ? [] : [Date.parse(since) + minutes * 60_000],
  )
  return {
    run: String(run.id),
    environments: pending.map(({ environment }) => environment.name),
    reviewers: [...new Set(reviewers)],
    canDecide: pending.every((one) => one.current_user_can_approve),
    until: ends.length > 0 ? Math.max(...ends) : null,
    url: run.html_url,
  }
}

function askingFailed(cause: unknown): never {
  throw new OptionsError({
    code: 'on-approval-failed',
    message: `The option onApproval failed: ${closed(cause instanceof Error ? cause.message : String(cause))}`,
    hint: 'Mend the function that is given as onApproval. The run goes on waiting.',
    cause,
  })
}

function refused(choice: ApprovalChoice, said: string): AuthError {
  return new AuthError({
    code: 'approval-refused',
    message: `GitHub does not let the owner of this token ${choice} the build: ${closed(said)}`,
    hint: 'One of the reviewers of the environment has to decide. The run goes on waiting; resume the deployment to follow it.',
    details: { said },
  })
}
