import type { RouteWithSrc } from '@vercel/routing-utils'
import { fillIn, type Groups, type Position } from './match-route.js'

type Transform = NonNullable<RouteWithSrc['transforms']>[number]

/** Changes what a route says of the request's query and headers, and of the answer's headers (docs, "Transforms"). */
export function applyTransforms(
  transforms: readonly Transform[],
  groups: Groups,
  position: Position,
  answered: Headers,
): void {
  for (const transform of transforms) {
    if (transform.type === 'request.path') {
      position.path = fillIn(transform.args, groups)
      continue
    }
    const { op, target, args = [] } = transform
    const values = [args].flat().map((value) => fillIn(value, groups))
    const place = { 'request.query': position.query, 'request.headers': position.headers, 'response.headers': answered }
    const fields = place[transform.type]
    for (const key of [...fields.keys()].filter((name) => isTarget(target.key, name))) {
      if (op !== 'append') fields.delete(key)
    }
    const named = typeof target.key === 'string' ? target.key : target.key.eq
    if (op === 'delete' || named === undefined) continue
    for (const value of values) fields.append(String(named), value)
  }
}

function isTarget(key: Exclude<Transform, { type: 'request.path' }>['target']['key'], name: string): boolean {
  if (typeof key === 'string') return key.toLowerCase() === name.toLowerCase()
  const { eq, neq, inc, ninc, pre, suf } = key
  return (
    (eq === undefined || String(eq) === name) &&
    (neq === undefined || neq !== name) &&
    (inc?.includes(name) ?? true) &&
    !(ninc?.includes(name) ?? false) &&
    (pre === undefined || name.startsWith(pre)) &&
    (suf === undefined || name.endsWith(suf))
  )
}
