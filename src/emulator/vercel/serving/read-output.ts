import type { DeploymentError, VercelDeployment, VercelState } from '../state.js'
import { type Output, OutputError } from './output.js'
import { readPlain } from './read-plain.js'
import { readPrebuilt } from './read-prebuilt.js'
import { readTree } from './tree.js'

/** Reads what a deployment serves. @throws OutputError that says what is wrong with its files */
export function readOutput(state: VercelState, deployment: VercelDeployment): Output {
  const tree = readTree(state, deployment)
  if (tree.has('.vercel/output/config.json')) return readPrebuilt(tree)
  const { configuration, projectSettings } = deployment
  const { outputDirectory } = projectSettings
  return readPlain(tree, {
    configuration,
    builtFolder: deployment.built?.folder,
    outputDirectory: typeof outputDirectory === 'string' ? outputDirectory : null,
  })
}

/** What is wrong with the files of a deployment; `undefined` where nothing is. */
export function checkOutput(state: VercelState, deployment: VercelDeployment): DeploymentError | undefined {
  try {
    readOutput(state, deployment)
    return undefined
  } catch (error) {
    if (error instanceof OutputError) return error.toDeploymentError()
    throw error
  }
}
