/**
 * The part of a WebContainer that Tabship uses, as a structural type: the instance of `@webcontainer/api` that an IDE has
 * already booted fits as it is, and so does any stand-in with the same members.
 */
export interface Container {
  /** Absolute folder that relative paths start from, for example `/home/project`. */
  readonly workdir?: string
  readonly fs: ContainerFileSystem
  spawn(command: string, args: string[], options?: ContainerSpawnOptions): Promise<ContainerProcess>
  /** Packs a folder as one zip archive. Without it, files are read one by one. */
  export?(path: string, options: { format: 'zip'; excludes?: string[] }): Promise<Uint8Array>
}

/** The file system of a {@link Container}. Errors are plain `Error`s whose message starts with a code such as `ENOENT:`. */
export interface ContainerFileSystem {
  readdir(path: string, options: { withFileTypes: true }): Promise<ContainerEntry[]>
  readFile(path: string): Promise<Uint8Array>
  mkdir(path: string, options: { recursive: true }): Promise<unknown>
  rename(oldPath: string, newPath: string): Promise<void>
  rm(path: string, options: { recursive: boolean; force: boolean }): Promise<void>
}

/** One name in a folder. A symbolic link answers `false` to both questions. */
export interface ContainerEntry {
  readonly name: string
  isFile(): boolean
  isDirectory(): boolean
}

/** What a process is started with. */
export interface ContainerSpawnOptions {
  cwd?: string
  env?: Record<string, string | number | boolean>
  output?: boolean
  terminal?: { cols: number; rows: number }
}

/** A running process. Its output is one terminal stream: ANSI codes and CRLF included. */
export interface ContainerProcess {
  readonly exit: Promise<number>
  readonly output: ReadableStream<string>
  kill(): void
}
