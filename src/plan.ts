import { memoryContentStore } from './artifacts/content-store.js'
import { hostNotes } from './check-hosts.js'
import type { DeployOptions } from './deploy-options.js'
import { parseDeployOptions, type Settings } from './deploy-settings.js'
import type { Step } from './engine/step.js'
import { OptionsError } from './errors/options-error.js'
import { createGraph, type Facts } from './graph.js'
import type { Plan, PlanStep, RequestEstimate, Warning } from './spec/plan.js'
import { describeBytes } from './steps/describe.js'
import { nameOf } from './toolkit/name-of.js'

/**
 * The plan of a deployment. Pure: it reads nothing, asks nobody, and gives the same plan for the same facts. `deploy` finds the
 * facts out and shows the same plan as its event `plan-create`; with `dryRun` it stops there.
 * @throws OptionsError `options-invalid`
 */
export function plan(options: DeployOptions, facts: Facts): Plan {
  const settings = parseDeployOptions(options)
  if (typeof (facts as Facts | undefined)?.project !== 'object') {
    throw new OptionsError({
      code: 'options-invalid',
      message: 'plan is not told what the project is: its second argument has to be the facts.',
      hint: 'Pass the facts as well: plan(options, facts). To have them found out, use deploy with dryRun: true.',
    })
  }
  const graph = createGraph(settings, facts, {
    store: memoryContentStore(),
    deployment: '',
    date: 0,
    hold: async () => undefined,
  })
  return planOf(graph.steps, warningsOf(facts, settings))
}

/** What the detector noted, and what the options lead to, as warnings of the plan. */
export function warningsOf({ project, hosts }: Facts, settings: Settings): Warning[] {
  const notes = [...project.notes, ...hostNotes(project, settings.targets, settings.build.where === 'actions')]
  return [
    ...notes.map((message) => ({ code: 'project-note', message, hint: '' })),
    ...linkWarnings(settings),
    ...(hosts?.warnings ?? []),
  ]
}

/** A target that hears of every push builds what is committed, whatever it is sent besides. */
function linkWarnings({ targets, git, build, commit }: Settings): Warning[] {
  if (!git || build.where === 'provider' || commit.content === 'artifacts') return []
  const linked = targets.filter((target) => target.linked?.resource === git.resource)
  return linked.map(({ name, site }) => ({
    code: 'push-builds-too',
    message: `${site} on ${nameOf(name)} is linked to ${git.repository}: the push starts a build there, beside what is published from here.`,
    hint: "Let the provider build alone, with build: 'provider', or leave the repository of the target out.",
  }))
}

/** The plan that a graph of steps amounts to. */
export function planOf(steps: readonly Step<unknown>[], warnings: readonly Warning[]): Plan {
  const planned = new Set(steps)
  return {
    steps: steps.map((step) => ({
      id: step.id,
      title: step.title,
      needs: step.needs.filter((need) => planned.has(need)).map((need) => need.id),
      ...step.line,
    })),
    warnings,
  }
}

/**
 * Prints a plan as a table of text, a line a step; what only the build can tell is shown as `?`.
 * @example console.log(formatPlan(plan))
 */
export function formatPlan(plan: Plan): string {
  const rows = [['Step', 'Files', 'Size', 'Requests', 'What it does'], ...plan.steps.map(rowOf)]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => {
    const cells = row.map((cell, column) =>
      column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    return cells.join('  ').trimEnd()
  }
  return [...rows.map(line), ...plan.warnings.map(({ message, hint }) => `Note: ${message} ${hint}`.trimEnd())].join(
    '\n',
  )
}

function rowOf({ title, files, bytes, requests, description, way }: PlanStep): string[] {
  const none = files === 0
  const count = none ? '' : (files?.toString() ?? '?')
  const size = none ? '' : bytes === null ? '?' : describeBytes(bytes)
  return [title, count, size, requestsOf(requests), way === undefined ? description : `${description}, ${way}`]
}

function requestsOf(requests: RequestEstimate | null): string {
  if (requests === null) return ''
  if (requests.most === null) return `${requests.least}+`
  return requests.least === requests.most ? `${requests.least}` : `${requests.least}-${requests.most}`
}
