import { type Contract, type ContractDocument, createContract } from '../contract.js'
import document from '../contracts/vercel.json' with { type: 'json' }
import { waive, waivers } from './contract-waivers.js'
import { strictVercel } from './strict.js'

let compiled: Contract | undefined

/** Vercel's contract, with its waivers. Its schemas are large: they are compiled once for all emulators of a process. */
export function vercelContract(): Contract {
  const published = document as ContractDocument
  compiled ??= createContract(waive(published), strictVercel, { published, waivers })
  return compiled
}
