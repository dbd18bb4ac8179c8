import type { HostRecipe, HostRecipeInput } from '../../../spec/host-build.js'
import type { PackageManager } from '../../../spec/project.js'

/** First line of what is written here: by it, a file is known as one that may be replaced. */
const marker =
  '# Written by Tabship, and written again at each deployment. Without this line it is yours, and left alone.'

/** Where the folder of the output is kept in a run. */
export const outputName = 'tabship-output'

/** The step that fails where a build has left nothing. */
export const keepStep = 'Keep the output'

/** What a run is called, by which it is found again. */
export function titleOf(deployment: string): string {
  return `Tabship ${deployment}`
}

/** Whether a file was written by {@link writeWorkflow}. */
export function isOwnWorkflow(text: string): boolean {
  return text.replace(/^\uFEFF/, '').startsWith(marker.slice(0, marker.indexOf(',')))
}

/**
 * Writes the workflow that builds a project. It is started by hand only, so that no push starts it, and it builds the very commit
 * that it is told, wherever the branch stands by then.
 */
export function writeWorkflow(input: HostRecipeInput): HostRecipe {
  const { project, folder, file, environment, machine = 'ubuntu-latest' } = input
  const output = joined(folder, project.outputDirectory)
  const lines = [
    marker,
    'name: Tabship',
    `run-name: ${titleOf(expression('inputs.deployment'))}`,
    'on:',
    '  workflow_dispatch:',
    '    inputs:',
    '      deployment: { description: Id of the deployment, required: true, type: string }',
    '      commit: { description: The commit to build, required: true, type: string }',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  build:',
    '    name: Build',
    `    runs-on: ${text(machine)}`,
    ...(environment === undefined ? [] : [`    environment: ${text(environment)}`]),
    ...(folder === '.' ? [] : ['    defaults:', '      run:', `        working-directory: ${text(folder)}`]),
    '    steps:',
    '      - name: Check out',
    '        uses: actions/checkout@v4',
    '        with:',
    `          ref: ${expression('inputs.commit')}`,
    '          persist-credentials: false',
    ...provideManager(project.packageManager),
    '      - name: Set up Node',
    '        uses: actions/setup-node@v4',
    '        with:',
    `          node-version: ${text(project.nodeVersion ?? 'lts/*')}`,
    ...cacheOf(input),
    ...command('Install dependencies', project.installCommand, input),
    ...command('Build', project.buildCommand, input),
    `      - name: ${keepStep}`,
    '        uses: actions/upload-artifact@v4',
    '        with:',
    `          name: ${outputName}`,
    `          path: ${text(output)}`,
    '          if-no-files-found: error',
    '          include-hidden-files: true',
    '          overwrite: true',
    '          retention-days: 7',
  ]
  return { path: `.github/workflows/${file}`, text: `${lines.join('\n')}\n` }
}

function command(name: string, line: string | null, { env, secrets, timeLimit }: HostRecipeInput): string[] {
  if (line === null) return []
  const variables = [
    ...Object.entries(env).map(([key, value]) => `          ${key}: ${text(value)}`),
    ...secrets.map((key) => `          ${key}: ${expression(`secrets.${key}`)}`),
  ]
  return [
    `      - name: ${name}`,
    `        run: ${text(line)}`,
    `        timeout-minutes: ${Math.max(1, Math.ceil(timeLimit / 60_000))}`,
    ...(variables.length > 0 ? ['        env:', ...variables] : []),
  ]
}

/** What GitHub's machines do not bring along. Corepack puts a package manager where it needs no rights of others. */
function provideManager(manager: PackageManager): string[] {
  if (manager === 'npm') return []
  if (manager === 'bun') return ['      - name: Provide bun', '        run: npm install --global bun']
  const script = [
    'mkdir -p "$RUNNER_TEMP/tabship"',
    `corepack enable --install-directory "$RUNNER_TEMP/tabship" ${manager}`,
    'echo "$RUNNER_TEMP/tabship" >> "$GITHUB_PATH"',
  ]
  return [`      - name: Provide ${manager}`, '        run: |', ...script.map((line) => `          ${line}`)]
}

/** Lock files of the managers whose downloads `actions/setup-node` keeps. */
const lockFiles: Partial<Record<PackageManager, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
}

/** Without a lock file `actions/setup-node` fails where it is told to keep downloads. */
function cacheOf({ project, folder, paths }: HostRecipeInput): string[] {
  const { packageManager: manager, installCommand } = project
  const names = lockFiles[manager]
  if (!names || installCommand === null) return []
  const known = new Set(paths)
  const lock = foldersUp(folder)
    .flatMap((one) => names.map((name) => joined(one, name)))
    .find((path) => known.has(path))
  return lock === undefined ? [] : [`          cache: ${manager}`, `          cache-dependency-path: ${text(lock)}`]
}

/** The folder and all around it, the root at the end. */
function foldersUp(folder: string): string[] {
  if (folder === '.') return ['.']
  const slash = folder.lastIndexOf('/')
  return [folder, ...foldersUp(slash < 0 ? '.' : folder.slice(0, slash))]
}

function joined(folder: string, path: string): string {
  if (path === '.') return folder
  return folder === '.' ? path : `${folder}/${path}`
}

/** A text for YAML, of which JSON's texts are a part, that Actions take as it stands: nothing in it is evaluated. */
function text(value: string): string {
  return JSON.stringify(value.replaceAll(opening, expression(`'${opening}'`)))
}

const opening = '$' + '{{'

/** What Actions evaluate and put in its place. */
function expression(what: string): string {
  return `${opening} ${what} }}`
}
