import { findCommand, firstArgument, flagValue } from '../build-script.js'
import { is, type ProjectFacts, Reading, within } from '../reading.js'
import { parseConfig, type StaticConfig } from '../static-config.js'
import { type Setting, StaticObject } from '../static-value.js'

const file = 'angular.json'
const flagsWithValue = ['-c', '--configuration', '--output-path', '--base-href', '--deploy-url']

/** Angular: `outputPath` of the project that is built, as angular.json has it. Source: angular.dev, build system. */
export async function readAngular(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('dist', 'spa')
  const text = await facts.files.read(file)
  if (text === undefined) {
    reading.note(`There is no ${file}, which would name the output folder. Pass outputDirectory.`)
    return reading
  }
  // JSON with comments, as Angular accepts it, is an expression of the language.
  const workspace = await parseConfig({ path: file, text: `export default (${text}\n)` })
  const words = findCommand(facts.commands, ['ng', 'build']) ?? []
  const name = chooseProject(reading, workspace, firstArgument(words, flagsWithValue))
  if (name === undefined) {
    reading.note(`${file} names no project that can be read. Pass outputDirectory.`)
    return reading
  }
  const targets = workspace.setting('projects', name, 'architect')
  const build = within(targets.state === 'absent' ? workspace.setting('projects', name, 'targets') : targets, 'build')
  const configuration =
    flagValue(words, ['-c', '--configuration']) ?? textOf(within(build, 'defaultConfiguration')) ?? 'production'
  const option = (key: string): Setting => {
    const specific = within(build, 'configurations', configuration, key)
    return specific.state === 'absent' ? within(build, 'options', key) : specific
  }
  const builder = textOf(within(build, 'builder')) ?? ''
  // The builder `application` puts what browsers get into a folder of its own; those before it did not.
  const browser = builder.endsWith(':application') ? 'browser' : '.'
  placeOutput(reading, option('outputPath'), flagValue(words, ['--output-path']), `dist/${name}`, browser)
  const server = option('ssr')
  const rendersOnServer = server.state === 'value' && !is(server, false)
  if (is(option('outputMode'), 'server') || (rendersOnServer && !is(option('outputMode'), 'static'))) {
    const change = `Set outputMode: 'static' for ${name} in ${file}, or remove ssr`
    return reading.needsServer('Angular', `${name} is built for a server`, change)
  }
  if (is(option('outputMode'), 'static')) reading.routing = 'static'
  return reading
}

function placeOutput(
  reading: Reading,
  outputPath: Setting,
  flag: string | undefined,
  byDefault: string,
  browser: string,
): void {
  if (flag !== undefined) {
    reading.use('build script (--output-path)', flag, browser)
    return
  }
  const base = textOf(outputPath) ?? textOf(within(outputPath, 'base'))
  const below = outputPath.state === 'value' ? textOf(within(outputPath, 'browser')) : undefined
  reading.use(base === undefined ? file : `${file} (outputPath)`, base ?? byDefault, below ?? browser)
}

function chooseProject(reading: Reading, workspace: StaticConfig, named: string | undefined): string | undefined {
  const projects = workspace.setting('projects')
  if (projects.state !== 'value' || !(projects.value instanceof StaticObject)) return undefined
  const all = [...projects.value.entries.keys()]
  if (named !== undefined && all.includes(named)) return named
  const byDefault = textOf(workspace.setting('defaultProject'))
  if (byDefault !== undefined && all.includes(byDefault)) return byDefault
  const applications = all.filter((name) => !is(workspace.setting('projects', name, 'projectType'), 'library'))
  if (applications.length > 1) {
    const others = applications.slice(1).join(', ')
    reading.note(`${file} has more applications (${others}); the first one, ${applications[0]}, is published.`)
  }
  return applications[0]
}

function textOf(setting: Setting): string | undefined {
  return setting.state === 'value' && typeof setting.value === 'string' ? setting.value : undefined
}
