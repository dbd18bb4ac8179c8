import { render } from 'lit-html'
import type { Actions } from '../../examples/ide/src/actions.js'
import { outcomeView } from '../../examples/ide/src/outcome-view.js'
import { runsView } from '../../examples/ide/src/run-view.js'
import { newSession, withEvent } from '../../examples/ide/src/session.js'
import type { Workbench } from '../../examples/ide/src/workbench.js'
import type { DeploymentEvent } from '../../src/spec/event.js'

const place = { kind: 'memory' } as never
const bench = { asked: null, history: [], tools: null } as unknown as Workbench
const actions = {} as Actions

/** Shows what the panel of the example IDE shows after these events. */
globalThis.showEvents = (events) => {
  const begun = newSession({ id: 'd1', place, tab: 'this', cancel: () => undefined })
  const session = events.reduce(withEvent, begun)
  const isOver = session.state.endedAt !== null
  render([isOver ? outcomeView(session, bench, actions) : null, runsView(session, bench, actions)], document.body)
}

declare global {
  var showEvents: (events: readonly DeploymentEvent[]) => void
}
