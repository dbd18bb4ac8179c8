import {
  cleanUrlsSchema,
  headersSchema,
  redirectsSchema,
  rewritesSchema,
  routesSchema,
  trailingSlashSchema,
} from '@vercel/routing-utils'
import { Ajv, type ValidateFunction } from 'ajv'
import { OutputError } from './output.js'

let compiled: ValidateFunction | undefined

/**
 * Holds what a `vercel.json` or `config.json` says of routes against Vercel's own schemas of it.
 *
 * @param file its name, for the message
 * @throws OutputError that says where it is wrong
 */
export function checkSettings(settings: Readonly<Record<string, unknown>>, file: string): void {
  compiled ??= new Ajv({ strict: false, logger: false }).compile({
    type: 'object',
    properties: {
      routes: routesSchema,
      redirects: redirectsSchema,
      rewrites: rewritesSchema,
      headers: headersSchema,
      cleanUrls: cleanUrlsSchema,
      trailingSlash: trailingSlashSchema,
    },
  })
  if (compiled(settings)) return
  const [error] = compiled.errors ?? []
  const place = error?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  throw new OutputError('invalid_configuration', `${file}: ${place} ${error?.message ?? 'is not valid'}`)
}
