import type { ImageWork } from '../spec/image-optimizer.js'
import { onAbort } from '../toolkit/on-abort.js'
import { type EncodeReply, type EncodeTask, type ImageKind, kindOf } from './codecs.js'

/** What the work is done with. */
export interface WorkOptions {
  readonly quality: number | undefined
  /** `undefined`: on the main thread. */
  readonly startWorker: (() => Worker) | undefined
  loadCodecs(kind: ImageKind): Promise<readonly WebAssembly.Module[]>
}

/** Each holds a decoded image in its memory. */
const mostWorkers = 4

/** Starts workers as images come, and uses them again. */
export function startWork({ quality, startWorker, loadCodecs }: WorkOptions, signal: AbortSignal): ImageWork {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const end = (): void => {
    for (const worker of all) worker.terminate()
    all.clear()
    idle.length = 0
  }
  const release = onAbort(signal, end)

  async function encodeAway(task: EncodeTask, start: () => Worker): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const worker = idle.pop() ?? start()
    all.add(worker)
    try {
      const bytes = await ask(worker, task, signal)
      idle.push(worker)
      return bytes
    } catch (thrown) {
      // A codec that failed in the middle can't be trusted with the next image.
      worker.terminate()
      all.delete(worker)
      throw thrown
    }
  }

  return {
    width: startWorker ? Math.max(1, Math.min(mostWorkers, navigator.hardwareConcurrency - 1)) : 1,
    async shrink(path, bytes) {
      const kind = kindOf(path)
      if (!kind) return undefined
      const task = { kind, bytes, quality, codecs: await loadCodecs(kind) }
      signal.throwIfAborted()
      if (startWorker) return encodeAway(task, startWorker)
      const { encodeImage } = await import('./encode-image.js')
      return encodeImage(task)
    },
    close() {
      release()
      end()
    },
  }
}

function ask(worker: Worker, task: EncodeTask, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return new Promise<Uint8Array<ArrayBuffer> | undefined>((resolve, reject) => {
    const release = onAbort(signal, () => reject(signal.reason))
    worker.onmessage = ({ data }: MessageEvent<EncodeReply>) => {
      release()
      if ('problem' in data) reject(new Error(data.problem))
      else resolve(data.bytes)
    }
    worker.onerror = (event) => {
      release()
      event.preventDefault()
      reject(new Error(event.message || 'the worker could not be started'))
    }
    worker.postMessage(task, [task.bytes.buffer])
  })
}
