import { beforeAll, describe, expect, it } from 'vitest'
import { expandCommands } from '../../src/project/build-script.js'
import type { Project } from '../../src/spec/project.js'
import { differences, type Oracle } from './differences.js'
import type { MadeProject } from './made-parts.js'
import { madeProjects } from './made-projects.js'
import { detect, type Files } from './memory.js'
import { type Answer, askNetlify, askVercel, withFolder } from './oracles.js'
import { refusedProjects } from './refused-projects.js'

/** Frameworks that an oracle calls by another name. */
const names: Readonly<Record<Oracle, Readonly<Record<string, string | null>>>> = {
  netlify: { sveltekit: 'svelte-kit', 'vue-cli': 'vue', static: null },
  vercel: {
    next: 'nextjs',
    nuxt: 'nuxtjs',
    sveltekit: 'sveltekit-1',
    docusaurus: 'docusaurus-2',
    'vue-cli': 'vue',
    static: null,
  },
}

/** Our answer in the words of an oracle. */
function inWordsOf(oracle: Oracle, project: Project, files: Files, theirs: Answer): Answer {
  const name = names[oracle][project.framework]
  return {
    framework: name === undefined ? project.framework : name,
    build: oracle === 'netlify' ? project.buildCommand : toolCommand(project, files, theirs.build),
    output: project.outputDirectory,
    manager: project.packageManager,
  }
}

/** Vercel's command is that of the tool: ours is the same if it is among the commands that our script runs. */
function toolCommand(project: Project, files: Files, theirs: string | null): string | null {
  const content = files['package.json']
  if (project.buildCommand === null || typeof content !== 'object' || !('scripts' in content)) return null
  const scripts = new Map(Object.entries(content.scripts as Record<string, string>))
  const commands = expandCommands(project.buildCommand, scripts).map((command) => command.join(' '))
  return commands.find((command) => theirs !== null && command.includes(theirs)) ? theirs : commands.join(' && ')
}

async function compare({ name, files }: Pick<MadeProject, 'name' | 'files'>): Promise<readonly string[]> {
  return withFolder(files, async (folder) => {
    const answers = { netlify: await askNetlify(folder), vercel: await askVercel(folder) }
    const ours = await detect(files).catch(() => undefined)
    return (['netlify', 'vercel'] as const).flatMap((oracle) => {
      const theirs = answers[oracle]
      // To refuse a project is to differ in what is published; the rest has nothing to be compared with.
      if (!ours) return theirs.framework === null && theirs.output === null ? [] : [`${oracle}: output of ${name}`]
      const mine = inWordsOf(oracle, ours, files, theirs)
      const fields = ['framework', 'build', 'output', 'manager'] as const
      return fields.filter((field) => mine[field] !== theirs[field]).map((field) => `${oracle}: ${field} of ${name}`)
    })
  })
}

describe('what is detected agrees with two hosts, apart from differences that are meant', () => {
  const listed = differences.flatMap(({ oracle, field, projects }) =>
    projects.map((project) => `${oracle}: ${field} of ${project}`),
  )
  let found: readonly string[] = []

  beforeAll(async () => {
    const results: (readonly string[])[] = []
    for (const project of [...madeProjects, ...refusedProjects]) results.push(await compare(project))
    found = results.flat()
  })

  it('differs nowhere without a reason', () => {
    expect(found.filter((difference) => !listed.includes(difference))).toEqual([])
  })

  it('lists no difference that is none', () => {
    expect(listed.filter((difference) => !found.includes(difference))).toEqual([])
  })

  it('lists every difference once, with its reason', () => {
    expect(listed.length).toBe(new Set(listed).size)
    expect(differences.every(({ reason }) => reason.length > 0)).toBe(true)
  })
})
