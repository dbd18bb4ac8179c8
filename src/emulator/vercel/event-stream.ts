import type { VercelWorld } from './call.js'
import { isOver } from './machine.js'
import type { BuildEvent, Json, VercelDeployment } from './state.js'

/** Milliseconds between two looks at a build that is followed. */
const pause = 25

/** An event as a list of them shows it. */
export function eventView(deployment: VercelDeployment, event: BuildEvent): Json {
  const { id, type, at, text } = event
  const serial = String(deployment.events.indexOf(event))
  const info = { type: 'build', name: 'bld' }
  if (type === 'deployment-state') {
    const payload = { deploymentId: deployment.id, info: { ...info, readyState: text }, id, date: at, serial }
    return { type, created: at, payload }
  }
  return { type, created: at, payload: { deploymentId: deployment.id, info, text, id, date: at, serial } }
}

/** An event as a line of a stream. */
export function eventLine(deployment: VercelDeployment, event: BuildEvent): string {
  return `${JSON.stringify(eventView(deployment, event))}\n`
}

/** Tells every event of a deployment as soon as it is there, until the deployment has its aliases or has failed. */
export function followEvents(
  deployment: VercelDeployment,
  { machine }: VercelWorld,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let told = 0
  let timer: NodeJS.Timeout | undefined
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: (controller) => {
      const stop = (): void => {
        clearTimeout(timer)
        controller.close()
      }
      const look = (): void => {
        machine.settle()
        for (const event of deployment.events.slice(told))
          controller.enqueue(encoder.encode(eventLine(deployment, event)))
        told = deployment.events.length
        const { aliasAssignedAt, aliasError, readyState } = deployment
        const isDone = readyState === 'READY' ? (aliasAssignedAt ?? aliasError) !== undefined : isOver(deployment)
        if (isDone || signal.aborted) stop()
        else timer = setTimeout(look, pause)
      }
      look()
    },
    cancel: () => clearTimeout(timer),
  })
}
