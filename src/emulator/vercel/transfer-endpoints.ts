import { randomBytes } from 'node:crypto'
import { text } from '../json-values.js'
import { type Endpoints, projectOf } from './call.js'
import { forbidden, notFound, VercelProblem } from './problem.js'
import { freeName } from './project-endpoints.js'

/** How long a code lasts ("Transferring projects": 24 hours). */
const lifetime = 24 * 60 * 60_000

/** Handing a project over by a code, by the contract's operation ids. */
export const transferEndpoints: Endpoints = {
  createProjectTransferRequest: (call, world) => {
    const project = projectOf(call, world)
    const code = randomBytes(16).toString('hex')
    world.state.transfers.set(code, { code, project, createdAt: world.now() })
    return { status: 200, json: { code } }
  },
  acceptProjectTransferRequest: (call, world) => {
    const { state, now } = world
    const request = state.transfers.get(call.parameters.code ?? '')
    if (!request || request.createdAt + lifetime <= now()) throw notFound('The transfer request was not found.')
    const { project, code } = request
    if (project.account === call.account) {
      throw new VercelProblem(409, 'conflict', 'The project is in this scope already.')
    }
    if (!call.credential.scopes.includes('vercel')) throw forbidden()
    const name = freeName(text(call.json.newProjectName) ?? project.name, call.account, world)
    state.transfers.delete(code)
    project.account = call.account
    project.name = name
    project.updatedAt = now()
    return { status: 202, json: { transferredStoreIds: [], resourceTransferErrors: [], partnerCalls: [] } }
  },
}
