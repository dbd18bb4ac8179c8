import { type Contract, type ContractDocument, createContract } from '../contract.js'
import document from '../contracts/github.json' with { type: 'json' }
import { waivers } from './contract-waivers.js'
import { strictGithub } from './strict.js'

let compiled: Contract | undefined

/** GitHub's contract, compiled once for all emulators of a process. */
export function githubContract(): Contract {
  compiled ??= createContract(document as ContractDocument, strictGithub, { waivers })
  return compiled
}
