import { listFolder, readText } from '../container/look-up.js'
import { joinPath, normalizePath } from '../container/normalize-path.js'
import { defineStep, type Step } from '../engine/step.js'
import type { DetectProjectInput } from '../project/detect-project.js'
import type { Container } from '../spec/container.js'
import type { Project, ProjectOptions } from '../spec/project.js'

/**
 * Finds out what the project is: its framework, its package manager, its commands and its output folder.
 * @param surroundings Where it is built and published, which decides whether it has to become files.
 */
export function detectStep(
  container: Container,
  options: ProjectOptions,
  surroundings: Pick<DetectProjectInput, 'hosts' | 'elsewhere' | 'env'> = {},
): Step<Project> {
  return defineStep({
    id: 'detect',
    title: 'Look at the project',
    needs: {},
    line: {
      description: 'reads package.json and configuration',
      files: 0,
      bytes: 0,
      requests: null,
      duration: 200,
    },
    timeLimit: 60_000,
    async run(_inputs, context) {
      // A third of all that a page would have to load; wanted only once somebody deploys.
      const { detectProject } = await import('../project/detect-project.js')
      const root = normalizePath(container, options.root ?? '.')
      const project = await detectProject({
        read: (path) => readText(container, joinPath(root, path), context.signal),
        list: (path) => listFolder(container, joinPath(root, path), context.signal),
        options: { ...options, root },
        ...surroundings,
      })
      context.report({ type: 'project-detect', project })
      return project
    },
    summarize: ({ frameworkName, buildCommand, packageManager, outputDirectory }) =>
      buildCommand === null
        ? `${frameworkName}, published as they stand in ${outputDirectory}`
        : `${frameworkName} with ${packageManager}, output in ${outputDirectory}`,
  })
}
