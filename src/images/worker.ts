import type { EncodeReply, EncodeTask } from './codecs.js'
import { encodeImage } from './encode-image.js'

/** The part of a worker's global scope that is needed; the types of pages don't have it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<EncodeTask>) => void) | null
  postMessage(reply: EncodeReply, transfer: Transferable[]): void
}

async function replyTo(task: EncodeTask, scope: WorkerScope): Promise<void> {
  try {
    const bytes = await encodeImage(task)
    scope.postMessage({ bytes }, bytes ? [bytes.buffer] : [])
  } catch (thrown) {
    scope.postMessage({ problem: thrown instanceof Error ? thrown.message : 'it could not be read' }, [])
  }
}

if ('WorkerGlobalScope' in globalThis) {
  const scope = globalThis as unknown as WorkerScope
  scope.onmessage = ({ data }) => void replyTo(data, scope)
}
