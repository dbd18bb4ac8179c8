import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** What processes of a container are started with. */
export interface ContainerEnvironment {
  /** The default PATH: the project's programs, the container's own, Node's, then the user's. */
  readonly path: string
  readonly variables: Readonly<Record<string, string>>
}

/** The user's settings that stay: language, proxies, certificates, and what Windows needs to start a program at all. */
const passed =
  /^(LANG|LC_\w+|TZ|https?_proxy|no_proxy|all_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|SystemRoot|ComSpec|PATHEXT)$/i

/** npm's settings that say where packages come from; the rest of `npm_*` describes the script that started us. */
const passedToNpm = /^npm_config_(userconfig|globalconfig|cache|registry|cafile|strict_ssl|proxy|https_proxy|noproxy)$/i

/**
 * Prepares the private folder of a container (`home`, `tmp`, `bin`) and gives the environment of its processes. Nothing of
 * the parent's leaks in but what a package manager needs: its configuration, its cache, proxies and certificates.
 */
export async function createEnvironment(
  root: string,
  directory: string,
  nodeOptions: string,
  further: Readonly<Record<string, string>>,
): Promise<ContainerEnvironment> {
  const home = join(root, 'home')
  const temporary = join(root, 'tmp')
  const programs = join(root, 'bin')
  await Promise.all([home, temporary, programs].map((folder) => mkdir(folder, { recursive: true })))
  // A link, not npm_config_cache: that variable would overrule a cache that the user has configured.
  await symlink(join(homedir(), '.npm'), join(home, '.npm'), 'junction')
  await writeShell(programs)

  const kept = Object.entries(process.env).filter(([name]) => passed.test(name) || passedToNpm.test(name))
  const path = [join(directory, 'node_modules', '.bin'), programs, dirname(process.execPath), process.env.PATH ?? '']
    .filter(Boolean)
    .join(delimiter)
  return {
    path,
    variables: {
      npm_config_userconfig: join(homedir(), '.npmrc'),
      ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
      PATH: path,
      HOME: home,
      USERPROFILE: home,
      TMPDIR: temporary,
      SHELL: '/bin/sh',
      // Keeps `--open` of a dev server from opening a window on the user's desktop.
      BROWSER: 'none',
      NODE_OPTIONS: nodeOptions,
      // Every process of this container carries it, so that none is left behind.
      TABSHIP_CONTAINER: root,
      ...further,
    },
  }
}

/** WebContainer's shell is `jsh`; here it is the machine's own. */
async function writeShell(programs: string): Promise<void> {
  const file = join(programs, 'jsh')
  await writeFile(file, '#!/bin/sh\ncommand -v bash >/dev/null && exec bash --norc "$@"\nexec sh "$@"\n')
  await chmod(file, 0o755)
}
