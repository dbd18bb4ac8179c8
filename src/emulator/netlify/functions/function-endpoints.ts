import { createHash } from 'node:crypto'
import { deployOf, type Endpoint } from '../call.js'
import { NetlifyFailure, notFound } from '../failure.js'
import { contentsOf } from '../state.js'

/** Functions of deploys, by the contract's operation ids. */
export const functionEndpoints: Readonly<Record<string, Endpoint>> = {
  uploadDeployFunction: (call, world) => {
    const deploy = deployOf(call, world)
    if (deploy.state === 'error') throw new NetlifyFailure(422, `The deploy has ended: ${deploy.errorMessage}`)
    if (!deploy.required) throw new NetlifyFailure(422, 'The deploy does not take functions yet')
    const name = call.parameters.name ?? ''
    const expected = deploy.functions?.digests.get(name)
    if (!deploy.functions || expected === undefined) throw notFound()
    const sha = createHash('sha256').update(call.bytes).digest('hex')
    if (sha !== expected) {
      throw new NetlifyFailure(422, `The archive of ${name} has SHA-256 ${sha}, not ${expected}`)
    }
    const runtime = call.query.get('runtime')
    if (runtime === null) throw new NetlifyFailure(422, `The runtime of ${name} is missing`)
    deploy.functions.runtimes.set(name, runtime)
    contentsOf(world.state, deploy.site.account).set(sha, call.bytes)
    world.machine.receive(deploy, sha)
    return { status: 200, json: { id: sha, name, sha } }
  },
}
