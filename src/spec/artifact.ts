import type { ServerHost } from './project.js'

/** How git stores a file: regular, executable, or a symbolic link whose bytes are its destination. */
export type FileMode = '100644' | '100755' | '120000'

/** One file to publish or to commit: its place, its size, its digests and a way to its bytes, never the bytes themselves. */
export interface Artifact {
  /** Path below the root of its collection, with `/`, without a leading slash, in NFC. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly mode: FileMode
  /**
   * Whether a regular file was executable and is so no more. Without it, the file stays executable where a branch has it so: a
   * container whose files were written by a page knows nothing of modes.
   */
  readonly wasExecutable?: true | undefined
  /** SHA-1 of the bytes in lower-case hex: the digest that Netlify and Vercel address files by. */
  readonly sha1: string
  /** The id of the git blob with these bytes: SHA-1 of `blob <size>\0` and the bytes, in lower-case hex. */
  readonly oid: string
  /** Reads the bytes. The result is not shared: callers may transfer or change it. */
  read(): Promise<Uint8Array<ArrayBuffer>>
}

/** Why a file of a folder is not part of its collection. */
export type ExclusionReason =
  | 'ignored' // by .gitignore or by the caller's own patterns
  | 'secret' // .env and its kin, keys, logins
  | 'source-map'
  | 'tooling' // node_modules, .git, caches of build tools
  | 'symlink' // links of an output, and where the container can't tell where they lead
  | 'unreadable'

/** A file or a folder (`dist/` with a slash) that was left out of a collection. */
export interface ExcludedFile {
  readonly path: string
  readonly reason: ExclusionReason
}

/** A function that a host runs, packed as one archive. */
export interface FunctionArtifact {
  readonly name: string
  readonly archive: Artifact
  /** SHA-256 of the archive in lower-case hex. */
  readonly sha256: string
  /** What its host is told of it (runtime, schedule, routes), in the host's own form. JSON-safe. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What one host alone reads or runs beside the files that it serves. */
export interface HostExtras {
  readonly host: ServerHost
  /** Files that are sent and not served. */
  readonly artifacts: readonly Artifact[]
  readonly functions: readonly FunctionArtifact[]
}

/** The files of one folder at one moment, ordered by path. */
export interface ArtifactSet {
  readonly artifacts: readonly Artifact[]
  /** Sum of the sizes in bytes. */
  readonly size: number
  readonly excluded: readonly ExcludedFile[]
  /** The one host that understands the files, as they are in its own form. @default files that any host serves */
  readonly host?: ServerHost | undefined
  /** @default nothing */
  readonly extras?: HostExtras | undefined
}

/**
 * Where bytes wait between being read from the container and being sent. Content-addressed by SHA-1 in hex, so what is put twice
 * is kept once.
 */
export interface ContentStore {
  /** The bytes belong to the store from now on. */
  put(sha1: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /**
   * Resolves with `undefined` when the store does not hold them, or holds bytes of another digest: they are checked. The result
   * must not be changed.
   */
  get(sha1: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Which of the digests it does not hold. */
  lacking(sha1s: Iterable<string>): Promise<readonly string[]>
  /** Resolves when everything that was put would survive the tab, as far as there is room. */
  flush(): Promise<void>
  /** Removes contents; those that are not there are passed over. */
  delete(sha1s: Iterable<string>): Promise<void>
}
