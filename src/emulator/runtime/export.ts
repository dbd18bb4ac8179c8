import { encodeMessagePack, type Packed } from './message-pack.js'
import type { SnapshotNode } from './snapshot.js'
import { type ZipEntry, zip } from './zip.js'

/** How exported files are packed. `binary` is a snapshot that `mount` takes. */
export type ExportFormat = 'json' | 'binary' | 'zip'

/** A tree of files as a WebContainer's `mount` takes and `export` gives it. */
export interface FileSystemTree {
  [name: string]: { directory: FileSystemTree } | { file: { contents: string | Uint8Array } | { symlink: string } }
}

/** Packs a snapshot whose contents are bytes. */
export function packSnapshot(node: SnapshotNode, format: ExportFormat, name: string): Uint8Array {
  if (format === 'binary') return encodeMessagePack(toPacked(node))
  if (format === 'zip') return zip('d' in node ? toZipEntries(node, '') : toZipEntries({ d: { [name]: node } }, ''))
  return new Uint8Array(Buffer.from(JSON.stringify(toText(node))))
}

/**
 * A snapshot as the tree that callers see.
 * @throws Error for a single file, as the client does.
 */
export function toTree(node: SnapshotNode): FileSystemTree {
  if (!('d' in node)) throw new Error('It is not possible to export a single file in the JSON format.')
  const tree: FileSystemTree = Object.create(null)
  for (const [name, child] of Object.entries(node.d)) {
    if ('d' in child) tree[name] = { directory: toTree(child) }
    else if ('l' in child.f) tree[name] = { file: { symlink: child.f.l } }
    else tree[name] = { file: { contents: asText(child.f.c) ?? child.f.c } }
  }
  return tree
}

/** The tree that a caller mounts as a snapshot. */
export function fromTree(tree: FileSystemTree): SnapshotNode {
  const entries = Object.entries(tree).map(([name, node]): [string, SnapshotNode] => {
    if ('directory' in node) return [name, fromTree(node.directory)]
    return [name, { f: 'symlink' in node.file ? { l: node.file.symlink } : { c: node.file.contents } }]
  })
  return { d: Object.fromEntries(entries) }
}

function toPacked(node: SnapshotNode): Packed {
  if ('d' in node) {
    return { d: Object.fromEntries(Object.entries(node.d).map(([name, child]) => [name, toPacked(child)])) }
  }
  return 'l' in node.f ? { f: { l: node.f.l } } : { f: { c: node.f.c } }
}

function toText(node: SnapshotNode): SnapshotNode {
  if ('d' in node) {
    return { d: Object.fromEntries(Object.entries(node.d).map(([name, child]) => [name, toText(child)])) }
  }
  if ('l' in node.f) return node
  const text = asText(node.f.c)
  return { f: text === undefined ? { c: Buffer.from(node.f.c).toString('latin1'), b: true } : { c: text } }
}

function toZipEntries(node: SnapshotNode, path: string): ZipEntry[] {
  if ('d' in node) {
    const children = Object.entries(node.d).flatMap(([name, child]) =>
      toZipEntries(child, path ? `${path}/${name}` : name),
    )
    return path ? [{ name: `${path}/`, content: new Uint8Array(), mode: 0o040755 }, ...children] : children
  }
  if ('l' in node.f) return [{ name: path, content: Buffer.from(node.f.l), mode: 0o120777 }]
  return [{ name: path, content: Buffer.from(node.f.c), mode: 0o100644 }]
}

function asText(contents: string | Uint8Array): string | undefined {
  if (typeof contents === 'string') return contents
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(contents)
  } catch {
    // Not text: these bytes travel as they are.
    return undefined
  }
}
