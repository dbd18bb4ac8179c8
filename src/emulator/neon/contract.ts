import { type Contract, type ContractDocument, createContract } from '../contract.js'
import document from '../contracts/neon.json' with { type: 'json' }

let compiled: Contract | undefined

/** Neon's contract, compiled once for all emulators of a process. Nothing is waived: the provider's own client keeps to it. */
export function neonContract(): Contract {
  compiled ??= createContract(document as ContractDocument)
  return compiled
}
