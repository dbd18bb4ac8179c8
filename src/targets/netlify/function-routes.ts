import * as z from 'zod/mini'
import type { Artifact, ArtifactSet } from '../../spec/artifact.js'
import { functionsOf } from './functions.js'

const text = z.optional(z.nullable(z.string()))
const route = z.looseObject({
  pattern: z.string(),
  literal: text,
  expression: text,
  prefer_static: z.optional(z.nullable(z.boolean())),
  methods: z.optional(z.nullable(z.array(z.string()))),
})
const configSchema = z.looseObject({
  config: z.optional(
    z.looseObject({ routes: z.optional(z.array(route)), excluded_routes: z.optional(z.array(route)) }),
  ),
})
type Route = z.infer<typeof route>

/** Files that visitors get although there are functions: those whose paths no function takes for itself. */
export function servedBeside(artifacts: readonly Artifact[], set: ArtifactSet): readonly Artifact[] {
  const takes = takersOf(set)
  return takes.length === 0 ? artifacts : artifacts.filter(({ path }) => !takes.some((take) => take(path, false)))
}

/** Whether a function answers at the address of the site, or wherever there is no file. */
export function rendersOf(set: ArtifactSet): 'first-page' | 'others' | undefined {
  const takes = takersOf(set)
  if (takes.some((take) => take('index.html', true))) return 'first-page'
  return takes.some((take) => take('tabship/not-there', true)) ? 'others' : undefined
}

/** For each function, whether it takes a path: also one that it would leave to a file, where there is none. */
function takersOf(set: ArtifactSet): ((path: string, isAbsent: boolean) => boolean)[] {
  return functionsOf(set).flatMap(({ settings }) => {
    const { routes = [], excluded_routes: excluded = [] } = configSchema.parse(settings).config ?? {}
    if (routes.length === 0) return []
    return (path: string, isAbsent: boolean) => {
      const places = addressesOf(path)
      const isTaken = routes.some((one) => isRead(one) && (isAbsent || !one.prefer_static) && matches(one, places))
      return isTaken && !excluded.some((one) => matches(one, places))
    }
  })
}

function isRead({ methods }: Route): boolean {
  return !methods || methods.length === 0 || methods.includes('GET')
}

/** The addresses that Netlify serves a file at ("pretty URLs"). */
function addressesOf(path: string): string[] {
  const page = path.replace(/(^|\/)index\.html$/, '$1')
  return [...new Set([`/${page}`, `/${page.replace(/\/$/, '')}`, `/${path.replace(/\.html$/, '')}`])]
}

function matches({ literal, expression }: Route, places: readonly string[]): boolean {
  if (literal) return places.includes(literal)
  if (!expression) return false
  try {
    const pattern = new RegExp(expression)
    return places.some((place) => pattern.test(place))
  } catch (error) {
    // A dialect of Netlify's own: its function takes what it takes.
    if (error instanceof SyntaxError) return false
    throw error
  }
}
