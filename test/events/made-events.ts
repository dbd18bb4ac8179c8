import type { DomainStatus } from '../../src/spec/domain.js'
import type { ErrorInfo } from '../../src/spec/error.js'
import type { DeploymentEvent, DeploymentResult, EventBody, EventStamp } from '../../src/spec/event.js'
import type { Commit, Repository } from '../../src/spec/git-host.js'
import type { HostJob, HostRun } from '../../src/spec/host-build.js'
import type { Plan, PlanStep } from '../../src/spec/plan.js'
import type { Project } from '../../src/spec/project.js'
import type { Release, Site, Verification } from '../../src/spec/release.js'

export const project: Project = {
  root: '.',
  name: 'shop',
  packageManager: 'npm',
  packageManagerSource: 'package-lock.json',
  framework: 'vite',
  frameworkName: 'Vite',
  routing: 'spa',
  installCommand: 'npm ci',
  buildCommand: 'npm run build',
  outputDirectory: 'dist',
  ownsOutput: true,
  outputSource: 'default of vite',
  nodeVersion: null,
  notes: [],
}

/** A line of a plan. */
export function planStep(id: string, needs: readonly string[], duration: number): PlanStep {
  return { id, title: id, needs, description: `does ${id}`, files: null, bytes: null, requests: null, duration }
}

export const plan: Plan = {
  steps: [
    planStep('site', [], 1000),
    planStep('build', [], 10_000),
    { ...planStep('publish', ['site', 'build'], 4000), requests: { least: 3, most: null } },
    planStep('verify', ['publish'], 1000),
  ],
  warnings: [{ code: 'project-note', message: 'package.json has no version', hint: 'Add one.' }],
}

export const site: Site = {
  id: 's1',
  name: 'acme-shop',
  url: 'https://acme-shop.example',
  adminUrl: null,
  created: true,
}
export const repository: Repository = {
  fullName: 'acme/shop',
  url: 'https://git.example/acme/shop',
  defaultBranch: 'main',
  created: false,
  heads: { main: 'a'.repeat(40), site: null },
}
export const commit: Commit = {
  oid: 'b'.repeat(40),
  parent: null,
  branch: 'main',
  url: 'https://git.example/b',
  changes: { added: 3, changed: 0, deleted: 0 },
  created: true,
}
export const release: Release = {
  target: 'netlify',
  id: 'r1',
  environment: 'production',
  url: site.url,
  permalink: null,
  uploaded: { files: 2, bytes: 300 },
}
export const run: HostRun = {
  id: '7',
  repository: 'acme/shop',
  attempt: 1,
  url: 'https://git.example/acme/shop/runs/7',
}
const times = { startedAt: 1, endedAt: null }
export const job: HostJob = { id: '8', name: 'Build', state: 'in_progress', conclusion: null, url: null, ...times }
export const verification: Verification = { target: 'netlify', url: site.url, compared: 3, fallback: 'spa' }
export const error: ErrorInfo = {
  name: 'BuildError',
  code: 'build-failed',
  message: 'it failed',
  hint: 'Mend it.',
  step: 'build',
  retryable: false,
  details: { log: ['line'] },
}
export const domain: DomainStatus = {
  target: 'netlify',
  domain: 'www.acme.com',
  primary: true,
  dns: 'missing',
  records: [{ type: 'CNAME', name: 'www.acme.com', host: 'www', value: 'acme-shop.netlify.app', purpose: 'traffic' }],
  found: [],
  certificate: 'none',
  httpsForced: false,
  problem: null,
}
export const result: DeploymentResult = {
  outcome: 'deployed',
  url: site.url,
  plan,
  releases: [release],
  commits: [commit],
  verifications: [verification],
  settings: [{ setting: 'topics', name: 'shop', change: 'changed' }],
  domains: [domain],
}

/** A body for each type: the compiler sees to it that none is missing and that none is of another type. */
export type Bodies = { readonly [Type in EventBody['type']]: Extract<EventBody, { readonly type: Type }> }

/** One body of each type. */
export const bodies: Bodies = {
  'deployment-start': { type: 'deployment-start', version: 1, targets: ['netlify'], git: 'github' },
  'deployment-resume': { type: 'deployment-resume', differences: ['The step "Build" was not planned before.'] },
  'project-detect': { type: 'project-detect', project },
  'plan-create': { type: 'plan-create', plan },
  'plan-update': { type: 'plan-update', files: 3, bytes: 300, requests: { least: 1, most: null } },
  'step-start': { type: 'step-start', title: 'Build' },
  'step-progress': { type: 'step-progress', done: 1, total: 3, unit: 'files' },
  'step-end': { type: 'step-end', duration: 10, summary: 'built' },
  'step-error': { type: 'step-error', duration: 10, error },
  'step-cancel': { type: 'step-cancel', duration: 10 },
  'step-skip': { type: 'step-skip', title: 'Prepare the site', summary: 'acme-shop is there' },
  'process-start': { type: 'process-start', process: 'build', command: 'npm run build' },
  'process-output': { type: 'process-output', process: 'build', data: '\u001b[32mok\r\n' },
  'process-end': { type: 'process-end', process: 'build', exitCode: 0, reason: 'exit' },
  'log-line': { type: 'log-line', source: 'process', text: 'ok' },
  'run-start': { type: 'run-start', host: 'GitHub Actions', run, adopted: false },
  'run-job': { type: 'run-job', run: run.id, job },
  'run-step': {
    type: 'run-step',
    run: run.id,
    jobStep: { job: job.id, number: 2, name: 'Build', state: 'completed', conclusion: 'success', ...times },
  },
  'approval-wait': {
    type: 'approval-wait',
    approval: {
      run: run.id,
      environments: ['production'],
      reviewers: ['owner'],
      canDecide: true,
      until: null,
      url: run.url,
    },
  },
  'approval-end': { type: 'approval-end', run: run.id, environments: ['production'], decision: 'approve' },
  'files-exclude': { type: 'files-exclude', folder: '.', files: [{ path: '.env', reason: 'secret' }] },
  'files-collect': { type: 'files-collect', folder: 'dist', files: 3, bytes: 300 },
  'files-optimize': { type: 'files-optimize', files: 2, before: 300, after: 200, skipped: 1 },
  'repository-ready': { type: 'repository-ready', repository },
  'setting-ready': { type: 'setting-ready', setting: 'topics', name: 'shop', change: 'changed' },
  'commit-ready': { type: 'commit-ready', commit },
  'site-ready': { type: 'site-ready', target: 'netlify', site },
  'upload-start': { type: 'upload-start', target: 'netlify', files: 2, bytes: 300 },
  'release-state': { type: 'release-state', target: 'netlify', id: 'r1', state: 'uploading' },
  'release-create': { type: 'release-create', release },
  'release-verify': { type: 'release-verify', verification },
  'release-switch': { type: 'release-switch', release, way: 'restore' },
  'domain-status': { type: 'domain-status', status: domain },
  'request-retry': {
    type: 'request-retry',
    provider: 'netlify',
    purpose: 'create the site',
    attempt: 2,
    until: 5,
    reason: 'status 503',
  },
  'request-wait': {
    type: 'request-wait',
    provider: 'netlify',
    purpose: 'create the site',
    until: 60_000,
    reason: 'rate-limited',
  },
  'network-offline': { type: 'network-offline' },
  'network-online': { type: 'network-online', duration: 5000 },
  'journal-set-aside': {
    type: 'journal-set-aside',
    entry: 'deployments/d1/steps/site',
    reason: 'corrupt',
    message: 'It is corrupt.',
  },
  'transport-change': { type: 'transport-change', provider: 'github', transport: 'relay', reason: 'no CORS' },
  warning: { type: 'warning', code: 'rewrite-missing', message: 'no 404 page', hint: 'Add one.' },
  'deployment-end': { type: 'deployment-end', outcome: 'success', result, duration: 10 },
}

/** The other ends of a deployment. */
export const otherEnds: readonly EventBody[] = [
  { type: 'deployment-end', outcome: 'failure', error, duration: 10 },
  { type: 'deployment-end', outcome: 'canceled', error, duration: 10 },
]

export const stamp: EventStamp = { sequence: 0, time: Date.UTC(2024, 0, 1), deployment: 'd1', step: null }

/** One event of each type, and of each end. */
export const oneOfEach: readonly DeploymentEvent[] = [...Object.values(bodies), ...otherEnds].map(
  (body): DeploymentEvent => ({ ...stamp, ...body }) satisfies DeploymentEvent,
)

/** Numbers and stamps bodies that happen at the given seconds. */
export function record(
  told: readonly (readonly [seconds: number, step: string | null, body: EventBody])[],
): DeploymentEvent[] {
  return told.map(
    ([seconds, step, body], sequence): DeploymentEvent => ({
      ...stamp,
      sequence,
      time: stamp.time + seconds * 1000,
      step,
      ...body,
    }),
  )
}

const start = (step: string, title = step) => [step, { type: 'step-start', title }] as const
const end = (step: string, duration: number) =>
  [step, { type: 'step-end', duration, summary: `${step} ended` }] as const

/** A deployment that goes as planned, from the first event to the last. */
export const deployment: readonly DeploymentEvent[] = record([
  [0, null, bodies['deployment-start']],
  [0, ...start('detect', 'Detect the project')],
  [1, 'detect', bodies['project-detect']],
  [1, ...end('detect', 1000)],
  [1, null, bodies['plan-create']],
  [1, ...start('site')],
  [1, ...start('build')],
  [2, 'site', bodies['site-ready']],
  [2, ...end('site', 1000)],
  [4, 'build', bodies['process-start']],
  [8, 'build', bodies['process-output']],
  [11, 'build', bodies['process-end']],
  [11, 'build', bodies['files-exclude']],
  [11, 'publish', bodies['plan-update']],
  [11, ...end('build', 10_000)],
  [11, ...start('publish')],
  [11.5, 'publish', { type: 'step-progress', done: 2, total: 4, unit: 'requests' }],
  [12, 'publish', bodies['upload-start']],
  [12, 'publish', { type: 'step-progress', done: 0, total: 300, unit: 'bytes' }],
  [13, 'publish', { type: 'step-progress', done: 100, total: 300, unit: 'bytes' }],
  [14, 'publish', { type: 'step-progress', done: 300, total: 300, unit: 'bytes' }],
  [15, 'publish', bodies['release-create']],
  [15, ...end('publish', 4000)],
  [15, ...start('verify')],
  [16, 'verify', bodies['release-verify']],
  [16, ...end('verify', 1000)],
  [16, null, bodies['deployment-end']],
])
