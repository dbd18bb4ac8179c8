import { isLink } from '../file-endpoints.js'
import { contentsOf, type DeploymentFiles, type VercelDeployment, type VercelState } from '../state.js'

/** A file with its bytes. */
export interface TreeFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha1: string
  readonly mode: number
}

/** Files by path, without a slash at the start and without symbolic links. */
export type Tree = ReadonlyMap<string, TreeFile>

/** The files that a deployment serves, with what its symbolic links lead to in their place. */
export function readTree(state: VercelState, deployment: VercelDeployment): Tree {
  const contents = contentsOf(state, deployment.owner)
  const files: DeploymentFiles = deployment.built?.files ?? deployment.files
  const tree = new Map<string, TreeFile>()
  const links: [path: string, target: string][] = []
  for (const [path, { sha1, mode }] of files) {
    const bytes = contents.get(sha1) ?? new Uint8Array()
    if (isLink(mode)) links.push([path, new TextDecoder().decode(bytes)])
    else tree.set(path, { bytes, sha1, mode })
  }
  // A link may lead to a folder that is full of links, so they are followed until nothing new is found.
  for (let round = 0; round < links.length && round < 10; round += 1) {
    for (const [path, target] of links) {
      const lead = resolve(path, target)
      for (const [known, file] of [...tree]) {
        if (known === lead) tree.set(path, file)
        else if (known.startsWith(`${lead}/`)) tree.set(path + known.slice(lead.length), file)
      }
    }
  }
  return tree
}

function resolve(path: string, target: string): string {
  const parts = target.startsWith('/') ? [] : path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
