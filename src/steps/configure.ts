import * as z from 'zod/mini'
import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { setting as settingSchema } from '../events/part-schemas.js'
import type { Repository } from '../spec/git-host.js'
import type { Project } from '../spec/project.js'
import type { Environment, Site } from '../spec/release.js'
import type { SetupChange } from '../spec/repository-setup.js'
import type { Target, TargetConfiguration } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'

/** What of a site is configured. */
export interface ConfigureStepOptions {
  readonly target: Target
  readonly configuration: TargetConfiguration
  readonly project: Project
  readonly environment: Environment
}

/**
 * Sets variables, build settings and the linked repository of a site: reads what is there, and writes only what differs.
 * @param after What must have ended well before anything is changed.
 */
export function configureStep(
  { target, configuration, project, environment }: ConfigureStepOptions,
  needs: { site: Step<Site>; repository?: Step<Repository> },
  after: readonly Step<unknown>[],
): Step<readonly SetupChange[]> {
  return defineStep<
    { site: Step<Site>; repository?: Step<Repository> } & Record<string, Step<unknown>>,
    readonly SetupChange[]
  >({
    id: `configure-${target.name}`,
    title: `Configure ${nameOf(target.name)}`,
    needs,
    after,
    line: {
      description: configuration.description,
      files: 0,
      bytes: 0,
      requests: configuration.requests,
      duration: 1500,
    },
    timeLimit: 10 * 60_000,
    result: jsonResult(z.array(settingSchema)),
    run: ({ site, repository = null }, context) =>
      configuration.apply({ site, repository, project, environment }, context),
    summarize: (changes) => {
      const made = changes.filter(({ change }) => change !== 'unchanged').length
      return made === 0 ? 'all is as it is wanted' : `${made} of ${changes.length} settings were changed`
    },
  })
}
