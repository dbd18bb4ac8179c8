import { unprocessable } from './problem.js'

/** What Postgres and Neon keep for themselves (neon.com/docs, "Manage databases", "Manage roles": reserved names). */
const reservedDatabases = new Set(['postgres', 'template0', 'template1'])
const reservedRoles = new Set(['postgres', 'cloud_admin', 'zenith_admin', 'neon_superuser', 'public', 'none'])

/** @throws NeonProblem with 422 where no database can have the name */
export function requireDatabaseName(name: string): string {
  return requireName('database', name, reservedDatabases.has(name))
}

/** @throws NeonProblem with 422 where no role can have the name */
export function requireRoleName(name: string): string {
  return requireName('role', name, reservedRoles.has(name) || name.startsWith('pg_'))
}

function requireName(what: string, name: string, isReserved: boolean): string {
  if (isReserved) throw unprocessable(`${what} name ${name} is reserved`)
  const { length } = new TextEncoder().encode(name)
  if (length === 0 || length > 63) throw unprocessable(`${what} name must have from 1 to 63 bytes`)
  return name
}
