import { type DetectProjectInput, detectProject } from '../../src/project/detect-project.js'
import type { Project, ProjectOptions } from '../../src/spec/project.js'

/** Files of a made project: text by path; an object stands for the JSON of it. */
export type Files = Readonly<Record<string, string | object>>

export function textOf(content: string | object): string {
  return typeof content === 'string' ? content : JSON.stringify(content, null, 2)
}

/** Detects a project that is nothing but an object. */
export function detect(
  files: Files,
  options?: ProjectOptions,
  surroundings: Pick<DetectProjectInput, 'hosts' | 'elsewhere' | 'env'> = {},
): Promise<Project> {
  const paths = Object.keys(files)
  return detectProject({
    read: async (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined
      return content === undefined ? undefined : textOf(content)
    },
    list: async (folder) => {
      const prefix = folder === '.' ? '' : `${folder}/`
      const names = paths
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length).split('/')[0])
      return names.length > 0 ? [...new Set(names.map((name) => name ?? ''))] : undefined
    },
    ...(options ? { options } : {}),
    ...surroundings,
  })
}

/** A package.json with one build script and these packages. */
export function manifest(
  build: string | undefined,
  packages: Readonly<Record<string, string>>,
  more: object = {},
): object {
  return {
    name: 'made',
    private: true,
    scripts: build === undefined ? {} : { build },
    devDependencies: packages,
    ...more,
  }
}
