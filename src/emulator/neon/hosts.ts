import type { NeonDatabase, NeonRole } from './timelines.js'

/** Below which all hosts of databases are, in the place of `neon.tech`. */
const databaseDomain = 'neon.localhost'

interface Region {
  readonly id: string
  readonly name: string
  readonly latitude: string
  readonly longitude: string
}

const region = (id: string, name: string, latitude: string, longitude: string): Region => ({
  id,
  name,
  latitude,
  longitude,
})

/** Where projects may be (neon.com/docs, "Regions"). The first one is for those who name none. */
export const regions: readonly Region[] = [
  region('aws-us-east-2', 'AWS US East 2 (Ohio)', '39.96', '-83'),
  region('aws-us-east-1', 'AWS US East 1 (N. Virginia)', '38.13', '-78.45'),
  region('aws-us-west-2', 'AWS US West 2 (Oregon)', '46.15', '-123.88'),
  region('aws-eu-central-1', 'AWS Europe Central 1 (Frankfurt)', '50', '8'),
  region('aws-eu-west-2', 'AWS Europe West 2 (London)', '51.5', '-0.12'),
  region('aws-ap-southeast-1', 'AWS Asia Pacific 1 (Singapore)', '1.37', '103.8'),
  region('aws-ap-southeast-2', 'AWS Asia Pacific 2 (Sydney)', '-33.86', '151.2'),
  region('aws-sa-east-1', 'AWS South America East 1 (São Paulo)', '-23.34', '-46.38'),
  region('azure-eastus2', 'Azure East US 2 (Virginia)', '36.66', '-78.38'),
  region('azure-gwc', 'Azure Germany West Central (Frankfurt)', '50', '8'),
  region('azure-westus3', 'Azure West US 3 (Arizona)', '33.44', '-112'),
]

/** The cloud that a region is of: `aws`. */
export function platformOf(regionId: string): string {
  return regionId.slice(0, regionId.indexOf('-'))
}

/** What the hosts of a region end with: `c-2.us-east-2.aws.neon.localhost`. */
export function proxyHost(regionId: string): string {
  const platform = platformOf(regionId)
  return `c-2.${regionId.slice(platform.length + 1)}.${platform}.${databaseDomain}`
}

/** The host of a compute, or that of the pooler before it. */
export function hostOf(endpointId: string, regionId: string, pooled = false): string {
  return `${endpointId}${pooled ? '-pooler' : ''}.${proxyHost(regionId)}`
}

/** What a client of Postgres connects with; where no password is kept, it has none. */
export function connectionUri(
  role: NeonRole,
  database: Pick<NeonDatabase, 'name'>,
  host: string,
  options: { readonly password: boolean; readonly parameters: string },
): string {
  const password = options.password ? `:${encodeURIComponent(role.password)}` : ''
  const user = encodeURIComponent(role.name)
  return `postgresql://${user}${password}@${host}/${encodeURIComponent(database.name)}?${options.parameters}`
}
