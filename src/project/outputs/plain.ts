import { environmentValue, findCommand, flagValue } from '../build-script.js'
import { type ProjectFacts, Reading } from '../reading.js'
import { readConfig, withEndings } from '../static-config.js'

/** Where a tool writes that has one setting and one flag for it. */
interface PlainOutput {
  readonly folder: string
  readonly routing: 'spa' | 'static'
  readonly command: readonly string[]
  readonly flags?: readonly string[]
  readonly configs?: readonly string[]
  readonly setting?: readonly string[]
}

/** Makes the reader of a tool with one setting and one flag for its output folder. */
function plain(tool: PlainOutput): (facts: ProjectFacts) => Promise<Reading> {
  return async (facts) => {
    const reading = new Reading(tool.folder, tool.routing)
    const flag = flagValue(findCommand(facts.commands, tool.command) ?? [], tool.flags ?? [])
    if (flag !== undefined) {
      reading.use('build script', flag)
      return reading
    }
    const config = await readConfig(facts.files, tool.configs ?? [])
    if (!config || !tool.setting) return reading
    const folder = reading.text(config, tool.setting)
    if (folder !== undefined) reading.use(`${config.file} (${tool.setting.join('.')})`, folder)
    return reading
  }
}

/** Gatsby writes to `public`, always. Source: gatsbyjs.com/docs/reference/gatsby-project-structure. */
export const readGatsby: (facts: ProjectFacts) => Promise<Reading> = plain({
  folder: 'public',
  routing: 'static',
  command: ['gatsby', 'build'],
})

/** Docusaurus: flag `--out-dir`. Source: docusaurus.io/docs/cli. */
export const readDocusaurus: (facts: ProjectFacts) => Promise<Reading> = plain({
  folder: 'build',
  routing: 'static',
  command: ['docusaurus', 'build'],
  flags: ['--out-dir'],
})

/** Vue CLI: `outputDir`, flag `--dest`. Source: cli.vuejs.org/config. */
export const readVueCli: (facts: ProjectFacts) => Promise<Reading> = plain({
  folder: 'dist',
  routing: 'spa',
  command: ['vue-cli-service', 'build'],
  flags: ['--dest'],
  configs: withEndings('vue.config', ['js', 'cjs', 'mjs', 'ts']),
  setting: ['outputDir'],
})

/** Create React App: environment variable `BUILD_PATH`. Source: create-react-app.dev, advanced configuration. */
export async function readCreateReactApp(facts: ProjectFacts): Promise<Reading> {
  const reading = new Reading('build', 'spa')
  const folder = environmentValue(facts.commands, 'BUILD_PATH')
  if (folder !== undefined) reading.use('build script (BUILD_PATH)', folder)
  return reading
}
