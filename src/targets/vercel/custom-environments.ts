import * as z from 'zod/mini'
import { OptionsError } from '../../errors/options-error.js'
import type { Context } from '../../spec/context.js'
import type { VercelApi, VercelProject } from './api.js'

const listSchema = z.object({ environments: z.array(z.object({ id: z.string(), slug: z.string() })) })

/** @throws OptionsError `environment-missing`, which names those that there are */
export async function requireEnvironment(
  api: VercelApi,
  { id, name }: Pick<VercelProject, 'id' | 'name'>,
  wanted: string,
  context: Context,
): Promise<void> {
  const purpose = `list the environments of ${name}`
  const path = `/v9/projects/${id}/custom-environments`
  const { environments } = await api.json(context, listSchema, purpose, 'GET', path)
  if (environments.some((one) => one.id === wanted || one.slug === wanted)) return
  const slugs = environments.map(({ slug }) => slug)
  throw environmentMissing(name, wanted, slugs)
}

/** @param slugs Those that there are; `null` where there is no project yet, which would be made without any. */
export function environmentMissing(project: string, wanted: string, slugs: readonly string[] | null): OptionsError {
  const others =
    slugs === null ? 'it is not there yet' : slugs.length > 0 ? `it has ${slugs.join(', ')}` : 'it has none'
  return new OptionsError({
    code: 'environment-missing',
    message: `The Vercel project ${project} has no custom environment ${wanted}: ${others}.`,
    hint: 'Correct vercel.customEnvironment, or make the environment on the page of the project at Vercel, under Settings, Environments.',
    details: { site: project, environment: wanted, environments: slugs },
  })
}
