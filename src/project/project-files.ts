/** How detection looks at a project: two questions, so that a container, a folder or a plain object can answer them. */
export interface ProjectSource {
  /** Text of a file, by its path below the project's root with `/` between the parts; `undefined` if there is none. */
  readonly read: (path: string) => Promise<string | undefined>
  /** Names in a folder, `.` being the project's root; `undefined` if there is no such folder. */
  readonly list: (path: string) => Promise<readonly string[] | undefined>
}

/** A file that was found, with its text. */
export interface FoundFile {
  readonly path: string
  readonly text: string
}

/** The files of one project, each asked for once. */
export class ProjectFiles {
  readonly #source: ProjectSource
  readonly #texts = new Map<string, Promise<string | undefined>>()
  readonly #folders = new Map<string, Promise<readonly string[] | undefined>>()

  constructor(source: ProjectSource) {
    this.#source = source
  }

  /** Text of a file without its byte order mark. */
  read(path: string): Promise<string | undefined> {
    const known = this.#texts.get(path)
    if (known) return known
    const text = this.#source.read(path).then((content) => content?.replace(/^\uFEFF/, ''))
    this.#texts.set(path, text)
    return text
  }

  /** Names in a folder; none if there is no such folder. */
  async names(folder = '.'): Promise<readonly string[]> {
    let names = this.#folders.get(folder)
    if (!names) {
      names = this.#source.list(folder)
      this.#folders.set(folder, names)
    }
    return (await names) ?? []
  }

  /** The first of the files, in the order given, that exists in the folder. */
  async first(names: readonly string[], folder = '.'): Promise<FoundFile | undefined> {
    const present = await this.names(folder)
    for (const name of names) {
      if (!present.includes(name)) continue
      const path = folder === '.' ? name : `${folder}/${name}`
      const text = await this.read(path)
      if (text !== undefined) return { path, text }
    }
    return undefined
  }
}
