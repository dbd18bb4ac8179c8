import { OptionsError } from './errors/options-error.js'
import type { Container } from './spec/container.js'

const fail = () => Promise.reject(containerMissing(true))

const absent: Container = {
  fs: { readdir: fail, readFile: fail, mkdir: fail, rename: fail, rm: fail },
  spawn: fail,
}

/** Stands for the container of a deployment that needs none any more. */
export function absentContainer(): Container {
  return absent
}

/** @param begun Whether the deployment had got as far as its plan. */
export function containerMissing(begun: boolean): OptionsError {
  return new OptionsError({
    code: 'container-missing',
    message: begun
      ? 'The build of this deployment had not ended, or its files are no longer kept, so it has to be built again.'
      : 'This deployment was interrupted before the project had been read.',
    hint: 'Pass the container with the project: resume(id, { container, … }).',
  })
}
