import { describe, expect, it } from 'vitest'
import { OptionsError } from '../../src/errors/options-error.js'
import { frameworks } from '../../src/project/frameworks.js'
import { madeProjects } from './made-projects.js'
import { detect } from './memory.js'
import { refusedProjects } from './refused-projects.js'

describe('a project is understood from its files alone', () => {
  it.each(madeProjects)('$name is published from $output', async ({ files, ...expected }) => {
    const project = await detect(files)
    const manager = expected.manager ?? 'npm'
    const build = expected.build === undefined ? 'npm run build' : expected.build
    expect(project).toMatchObject({
      framework: expected.framework,
      outputDirectory: expected.output,
      routing: expected.routing,
      packageManager: manager,
      installCommand: build === null ? null : `${manager} install`,
      buildCommand: build,
    })
    expect(project.notes.filter((note) => !note.includes('Bun'))).toEqual([])
  })

  it.each(refusedProjects)('$name is refused as $code', async ({ files, code, hint }) => {
    const error = await detect(files).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OptionsError)
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) })
  })

  it('has a made project for every framework that is supported', () => {
    const made = new Set(madeProjects.map(({ framework }) => framework))
    expect(frameworks.map(({ id }) => id).filter((id) => !made.has(id))).toEqual([])
  })

  it('names Vite projects by the library that they are written with', async () => {
    const names = await Promise.all(
      madeProjects.slice(0, 6).map(async ({ files }) => (await detect(files)).frameworkName),
    )
    expect(names).toEqual(['Vite', 'Vite (React)', 'Vite (Vue)', 'Vite (Svelte)', 'Vite (Solid)', 'Vite (Preact)'])
  })
})
