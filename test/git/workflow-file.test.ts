import { describe, expect, it } from 'vitest'
import { readWorkflow } from '../../src/emulator/github/actions/read-workflow.js'
import { github } from '../../src/git/github.js'
import type { HostRecipeInput } from '../../src/index.js'
import { project } from '../events/made-events.js'

const { builds } = github({ auth: 'token', repository: 'acme/shop' })

const recipe = (input: Partial<HostRecipeInput> = {}) => {
  const given = { project, folder: '.', paths: ['package.json'], file: 'tabship.yml', env: {}, secrets: [] }
  const written = builds?.recipe({ ...given, environment: undefined, machine: undefined, timeLimit: 90_000, ...input })
  if (!written) throw new Error('there are no builds')
  return written
}
/** The job, as GitHub reads it: what it would refuse is refused here. */
const jobOf = async (input: Partial<HostRecipeInput> = {}) => {
  const { jobs, on } = await readWorkflow(recipe(input).text)
  expect(Object.keys(on)).toEqual(['workflow_dispatch'])
  return jobs.build
}
const stepsOf = async (input: Partial<HostRecipeInput> = {}) => (await jobOf(input))?.steps ?? []
const namesOf = async (input: Partial<HostRecipeInput> = {}) => (await stepsOf(input)).map(({ name }) => name)
const withManager = (packageManager: 'npm' | 'pnpm' | 'yarn' | 'bun', installCommand = `${packageManager} install`) => {
  return { project: { ...project, packageManager, installCommand } }
}

describe('the workflow that builds a project', () => {
  it('is started by hand only, and may read the repository and nothing else', async () => {
    const { path, text } = recipe()
    expect(path).toBe('.github/workflows/tabship.yml')
    const { permissions } = await readWorkflow(text)
    expect(permissions).toEqual({ contents: 'read' })
    expect(builds?.ownsRecipe(text)).toBe(true)
    expect(builds?.ownsRecipe(`# mine\n${text}`)).toBe(false)
  })

  it('runs the commands of the project, each with its time, and keeps the output', async () => {
    const steps = await stepsOf()
    expect(steps.map(({ name, uses, run }) => [name, uses ?? run])).toEqual([
      ['Check out', 'actions/checkout@v4'],
      ['Set up Node', 'actions/setup-node@v4'],
      ['Install dependencies', 'npm ci'],
      ['Build', 'npm run build'],
      ['Keep the output', 'actions/upload-artifact@v4'],
    ])
    expect(steps[3]).toMatchObject({ 'timeout-minutes': 2 })
    expect(steps[4]?.with).toMatchObject({ path: 'dist', 'if-no-files-found': 'error', overwrite: true })
  })

  it('brings along the package managers that the machines lack', async () => {
    expect(await namesOf(withManager('npm'))).not.toContain('Provide npm')
    for (const manager of ['pnpm', 'yarn', 'bun'] as const) {
      const names = await namesOf(withManager(manager))
      expect(names.indexOf(`Provide ${manager}`)).toBe(1)
      expect(names.indexOf('Install dependencies')).toBe(3)
    }
    const [, corepack] = await stepsOf(withManager('pnpm'))
    expect(corepack?.run).toContain('pnpm')
  })

  it('keeps downloads only where a lock file is committed: the nearest one', async () => {
    const cacheOf = async (input: Partial<HostRecipeInput>) => {
      const { cache, 'cache-dependency-path': path } = (await stepsOf(input)).find(({ name }) => name === 'Set up Node')
        ?.with ?? { cache: 'no step' }
      return [cache, path]
    }
    const lock = 'package-lock.json'
    expect(await cacheOf({})).toEqual([undefined, undefined])
    expect(await cacheOf({ paths: [lock] })).toEqual(['npm', lock])
    const folder = 'apps/web'
    expect(await cacheOf({ folder, paths: [lock] })).toEqual(['npm', lock])
    expect(await cacheOf({ folder, paths: [lock, `apps/web/${lock}`] })).toEqual(['npm', `apps/web/${lock}`])
    expect(await cacheOf({ ...withManager('pnpm'), paths: [lock, 'pnpm-lock.yaml'] })).toEqual([
      'pnpm',
      'pnpm-lock.yaml',
    ])
    expect(await cacheOf({ ...withManager('bun'), paths: ['bun.lock'] })).toEqual([undefined, undefined])
    expect(await cacheOf({ project: { ...project, installCommand: null }, paths: [lock] })).toEqual([
      undefined,
      undefined,
    ])
  })

  it('takes every text as it stands', async () => {
    const odd = 'a: "b" # c \\ \u2028 é {{ }} \'d\''
    const [line, secret] = [`echo ${'$'}{{ secrets.X }} && true`, 'API_KEY']
    const job = await jobOf({
      project: { ...project, buildCommand: line, nodeVersion: '>=20 <23', outputDirectory: 'my dist' },
      folder: 'my app',
      env: { ODD: odd, LINES: 'a\nb' },
      secrets: [secret],
      environment: 'live: 1',
      machine: 'my-machine',
    })
    expect(job).toMatchObject({
      'runs-on': 'my-machine',
      environment: 'live: 1',
      defaults: { run: { 'working-directory': 'my app' } },
    })
    const build = job?.steps?.find(({ name }) => name === 'Build')
    expect(build?.env).toEqual({ ODD: odd, LINES: 'a\nb', API_KEY: `${'$'}{{ secrets.API_KEY }}` })
    expect(build?.run).toBe(`echo ${'$'}{{ '${'$'}{{' }} secrets.X }} && true`)
    expect(job?.steps?.at(-1)?.with).toMatchObject({ path: 'my app/my dist' })
    expect(job?.steps?.find(({ name }) => name === 'Set up Node')?.with).toMatchObject({ 'node-version': '>=20 <23' })
  })
})
