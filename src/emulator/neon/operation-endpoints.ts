import { type Endpoints, projectOf } from './call.js'
import { badRequest, notFound } from './problem.js'
import { operationView } from './views.js'

/** Operations, by the contract's operation ids. */
export const operationEndpoints: Endpoints = {
  listProjectOperations: (call, world) => {
    const project = projectOf(call, world)
    const cursor = call.query.get('cursor')
    const before = cursor ? orderOf(cursor) : Number.POSITIVE_INFINITY
    const fitting = [...world.state.operations.values()]
      .filter((operation) => operation.project === project && operation.order < before)
      .reverse()
    const page = fitting.slice(0, Number(call.query.get('limit') ?? 1000))
    const last = page.at(-1)
    const pagination = last ? { pagination: { cursor: cursorOf(last.order) } } : {}
    return { status: 200, json: { operations: page.map(operationView), ...pagination } }
  },
  getProjectOperation: (call, world) => {
    const project = projectOf(call, world)
    const operation = world.state.operations.get(call.parameters.operation_id ?? '')
    if (operation?.project !== project) throw notFound('operation')
    return { status: 200, json: { operation: operationView(operation) } }
  },
}

// A time in microseconds: `2025-09-10T12:14:58.848485Z`.
function cursorOf(order: number): string {
  const milliseconds = Math.floor(order / 1000)
  return new Date(milliseconds).toISOString().replace('Z', `${String(order % 1000).padStart(3, '0')}Z`)
}

function orderOf(cursor: string): number {
  const [, whole = '', micros = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\d{3})Z$/.exec(cursor) ?? []
  const milliseconds = Date.parse(`${whole}Z`)
  if (Number.isNaN(milliseconds)) throw badRequest('invalid cursor')
  return milliseconds * 1000 + Number(micros)
}
