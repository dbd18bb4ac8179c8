import type { Settings } from './deploy-settings.js'
import { JournalError } from './errors/journal-error.js'
import { OptionsError } from './errors/options-error.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import type { EventBody } from './spec/event.js'

/** What was to be agreed on is not done without. */
export function requireApprove({ asks }: DeploymentRecord, { approve }: Settings): void {
  if (!asks || approve) return
  throw new OptionsError({
    code: 'approve-missing',
    message: 'The plan of this deployment has to be agreed on, and resume.approve is not given.',
    hint: 'Pass the function approve that it began with: resume(id, { approve, … }).',
  })
}

export function environmentMissing(names: readonly string[]): OptionsError {
  return new OptionsError({
    code: 'environment-missing',
    message: `The build has to be run again, and resume.build.env lacks what it was given before: ${names.join(', ')}.`,
    hint: 'Values are not written down: pass them again, resume(id, { build: { env: { … } }, … }).',
    details: { names },
  })
}

export function withheld({ withheld }: DeploymentRecord): OptionsError {
  return new OptionsError({
    code: 'resume-differs',
    message: `What this deployment began with was not written down in full, because it held a secret: ${withheld.join(', ')}.`,
    hint: 'Deploy anew.',
    details: { options: withheld },
  })
}

export function ended({ id, url }: DeploymentRecord): OptionsError {
  return new OptionsError({
    code: 'deployment-ended',
    message: `The deployment ${id} has ended well${url === null ? '' : ` and is live at ${url}`}.`,
    hint: 'There is nothing to resume. Deploy anew.',
    details: { deployment: id, url },
  })
}

export function unreadable(id: string, unread: readonly EventBody[]): JournalError {
  const said = unread.flatMap((event) => (event.type === 'journal-set-aside' ? [event.message] : []))
  return new JournalError({
    code: 'deployment-unreadable',
    message: `What was written down of the deployment ${id} cannot be read. ${said.join(' ')}`,
    hint: 'Deploy anew: what it made at the providers is found again. Where a newer version of the library wrote it, reload the page.',
    details: { deployment: id, said },
  })
}
