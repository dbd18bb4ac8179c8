import type { Contract } from '../../../src/emulator/contract.js'
import { githubContract } from '../../../src/emulator/github/contract.js'
import { guesses as githubGuesses } from '../../../src/emulator/github/guesses.js'
import { gitlabContract } from '../../../src/emulator/gitlab/contract.js'
import { guesses as gitlabGuesses } from '../../../src/emulator/gitlab/guesses.js'
import { neonContract } from '../../../src/emulator/neon/contract.js'
import { guesses as neonGuesses } from '../../../src/emulator/neon/guesses.js'
import { netlifyContract } from '../../../src/emulator/netlify/contract.js'
import { guesses as netlifyGuesses } from '../../../src/emulator/netlify/guesses.js'
import { vercelContract } from '../../../src/emulator/vercel/contract.js'
import { guesses as vercelGuesses } from '../../../src/emulator/vercel/guesses.js'
import type { Waiver } from '../../../src/emulator/waiver.js'

/** An emulated provider, as the reports show it. */
export interface ReportedProvider {
  /** As exchanges name it. */
  readonly id: string
  readonly name: string
  readonly contract: Contract
  /** What was decided where nothing tells. */
  readonly guesses: readonly Waiver[]
}

/** All emulated providers that have a contract. */
export function reportedProviders(): readonly ReportedProvider[] {
  return [
    { id: 'netlify', name: 'Netlify', contract: netlifyContract(), guesses: netlifyGuesses },
    { id: 'vercel', name: 'Vercel', contract: vercelContract(), guesses: vercelGuesses },
    { id: 'github', name: 'GitHub', contract: githubContract(), guesses: githubGuesses },
    { id: 'gitlab', name: 'GitLab', contract: gitlabContract(), guesses: gitlabGuesses },
    { id: 'neon', name: 'Neon', contract: neonContract(), guesses: neonGuesses },
  ]
}
