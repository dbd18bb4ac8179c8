import { type Contract, type ContractDocument, createContract } from '../contract.js'
import document from '../contracts/netlify.json' with { type: 'json' }
import { waive, waivers } from './contract-waivers.js'
import { strictNetlify } from './strict.js'

let compiled: Contract | undefined

/** Netlify's contract, with its waivers, compiled once for all emulators of a process. */
export function netlifyContract(): Contract {
  const published = document as ContractDocument
  compiled ??= createContract(waive(published), strictNetlify, { published, waivers })
  return compiled
}
