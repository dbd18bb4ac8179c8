import { type Contract, createContract } from '../contract.js'
import { gitlabDocument } from './contract-document.js'
import { strictGitlab } from './strict.js'

let compiled: Contract | undefined

/** GitLab's contract, compiled once for all emulators of a process. */
export function gitlabContract(): Contract {
  compiled ??= createContract(gitlabDocument, strictGitlab)
  return compiled
}
