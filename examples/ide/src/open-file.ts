import type { WebContainer } from '@webcontainer/api'

/** How a file on the disk compares with the one that is open. */
export type DiskState = 'same' | 'changed' | 'deleted'

/** What happens to an open file. */
export interface OpenFileListener {
  /** The file has changed on the disk, and nothing was typed that would be lost. */
  reload(text: string): void
  change(state: DiskState): void
  saved(): void
  error(error: unknown): void
}

/** A text file that is open, and the same file on the disk, which others write too. */
export interface OpenFile {
  readonly path: string
  edit(text: string): void
  /** Writes what was typed, unless the file has changed or gone. */
  save(): Promise<void>
  /** Looks whether the file has changed or gone. */
  check(): Promise<void>
  /** Writes the text whatever is on the disk. */
  overwrite(text: string): Promise<void>
  /** Takes what is on the disk and drops what was typed. */
  reload(): Promise<void>
  /** Whether something was typed that may not be written. */
  isHeldBack(): boolean
  close(): void
}

/** Milliseconds without typing after which a file is written; and after a change on the disk before it is read. */
const saveDelay = 400
const checkDelay = 120

/** Follows a file from the text that was read. */
export function followFile(container: WebContainer, path: string, text: string, listener: OpenFileListener): OpenFile {
  let onDisk = text
  let draft: string | null = null
  let disk: DiskState = 'same'
  let queue: Promise<unknown> = Promise.resolve()
  let saveTimer: ReturnType<typeof setTimeout> | undefined
  let checkTimer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  // One after the other: a check must not read what a save has half written.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }
  const set = (state: DiskState): void => {
    if (state === disk || isClosed) return
    disk = state
    listener.change(state)
  }
  const look = async (): Promise<void> => {
    const found = await readText(container, path)
    if (isClosed) return
    if (found === null) return set('deleted')
    if (found !== onDisk && draft !== null && draft !== found) return set('changed')
    if (found !== onDisk) take(found)
    set('same')
  }
  const take = (found: string): void => {
    onDisk = found
    if (draft !== found) listener.reload(found)
    draft = null
  }
  const write = async (value: string): Promise<void> => {
    await container.fs.writeFile(path, value)
    onDisk = value
    if (draft === value) draft = null
    set('same')
    listener.saved()
  }
  const save = (): Promise<void> => {
    clearTimeout(saveTimer)
    return inTurn(async () => {
      if (draft === null) return
      await look()
      if (disk === 'same' && draft !== null) await write(draft)
    })
  }
  const check = (): Promise<void> => inTurn(look)

  const place = path.split('/')
  const name = place.pop() ?? path
  const folder = place.join('/') || '.'
  // The folder and not the file: a file that is replaced is another one.
  const watcher = container.fs.watch(folder, (_event, changed) => {
    const changedName = typeof changed === 'string' ? changed : new TextDecoder().decode(changed)
    if (changedName !== name || isClosed) return
    clearTimeout(checkTimer)
    checkTimer = setTimeout(() => check().catch(listener.error), checkDelay)
  })

  return {
    path,
    save,
    check,
    edit: (value) => {
      draft = value
      clearTimeout(saveTimer)
      saveTimer = setTimeout(() => save().catch(listener.error), saveDelay)
    },
    overwrite: (value) =>
      inTurn(async () => {
        await container.fs.mkdir(folder, { recursive: true })
        await write(value)
      }),
    reload: () =>
      inTurn(async () => {
        draft = null
        await look()
      }),
    isHeldBack: () => draft !== null && disk !== 'same',
    close: () => {
      isClosed = true
      clearTimeout(saveTimer)
      clearTimeout(checkTimer)
      // A container that is gone has taken its watchers along.
      Promise.resolve(watcher.close()).catch(() => undefined)
    },
  }
}

/** The text of a file; `null` where there is none. */
async function readText(container: WebContainer, path: string): Promise<string | null> {
  try {
    return await container.fs.readFile(path, 'utf-8')
  } catch (error) {
    if (error instanceof Error && /^(ENOENT|ENOTDIR|EISDIR)\b/.test(error.message)) return null
    throw error
  }
}
