import { NeonProblem } from './problem.js'
import type { Json, NeonBranch } from './state.js'

/** A part of a list of branches, as the query asks for it, with what leads to the next one. */
export function pageOfBranches(
  branches: readonly NeonBranch[],
  query: URLSearchParams,
): { readonly page: readonly NeonBranch[]; readonly pagination: Json } {
  const sortBy = query.get('sort_by') ?? 'updated_at'
  const order = query.get('sort_order') ?? 'desc'
  const ascending = branches
    .map((branch, index) => ({ branch, index, value: sortValue(branch, sortBy) }))
    .sort((left, right) => (left.value === right.value ? left.index - right.index : left.value < right.value ? -1 : 1))
    .map(({ branch }) => branch)
  const sorted = order === 'asc' ? ascending : ascending.reverse()
  const cursor = query.get('cursor')
  const start = cursor ? sorted.findIndex(({ id }) => id === parseCursor(cursor)) + 1 : 0
  if (cursor && start === 0) throw new NeonProblem(400, 'invalid cursor')
  const page = sorted.slice(start, start + Number(query.get('limit') ?? 10_000))
  const last = page.at(-1)
  const next = last && last !== sorted.at(-1) ? { next: cursorOf(last, sortBy) } : {}
  return { page, pagination: { ...next, sort_by: sortBy, sort_order: order.toUpperCase() } }
}

function sortValue(branch: NeonBranch, sortBy: string): string | number {
  if (sortBy === 'name') return branch.name
  return sortBy === 'created_at' ? branch.createdAt : branch.updatedAt
}

// To those who use it, it is a text without a meaning; Neon's is JSON in base 64 as well.
function cursorOf(branch: NeonBranch, sortBy: string): string {
  return Buffer.from(JSON.stringify({ branch_id: branch.id, sort_by: sortBy })).toString('base64')
}

function parseCursor(cursor: string): unknown {
  try {
    return (JSON.parse(Buffer.from(cursor, 'base64').toString()) as Json | null)?.branch_id
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
