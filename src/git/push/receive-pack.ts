import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import { closed } from '../../toolkit/parse-reply.js'
import { ruleRefusal } from '../rule-refusal.js'
import { checkGit, type GitConnection, packTimeLimit } from './http-client.js'
import { flushPacket, joined, packetsOf, pktLine, readSideBands, textOf } from './pkt-line.js'

/** One ref that is to move. */
export interface RefUpdate {
  readonly ref: string
  /** Where it must stand; `null`: it must not exist. */
  readonly from: string | null
  readonly to: string
}

const zeroId = '0'.repeat(40)

/**
 * Sends a pack and moves a ref, in one request (gitprotocol-pack, "Pushing Data To a Server"). The server moves the ref only if
 * it stands where it is said to: it is never forced. Progress is told in bytes, what the server says is told as lines of the log.
 * @throws RequestError `push-refused` with the server's words.
 */
export async function sendPack(
  url: string,
  { ref, from, to }: RefUpdate,
  pack: Blob,
  connection: GitConnection,
  context: Context,
): Promise<void> {
  const command = `${from ?? zeroId} ${to} ${ref}\0 report-status side-band-64k agent=tabship`
  const head = joined([pktLine(command), flushPacket])
  const body = new Blob([head, pack])
  const reply = await context.request({
    ...connection,
    purpose: 'push to the repository',
    method: 'POST',
    url: `${url}/git-receive-pack`,
    headers: {
      accept: 'application/x-git-receive-pack-result',
      'content-type': 'application/x-git-receive-pack-request',
    },
    body,
    onSent: (bytes) => context.progress(bytes, body.size, 'bytes'),
    // It is sent once, and adopted if its answer is lost.
    idempotent: false,
    timeLimit: packTimeLimit,
    check: (reply) => checkGit(reply, connection.provider),
  })
  const { data, messages, fatal } = readSideBands(packetsOf(reply.bytes))
  for (const line of messages.split(/[\r\n]+/))
    if (line.trim() !== '') context.report({ type: 'log-line', source: 'git', text: line.trim() })
  const refuse = (said: string) => refused(said, messages, ref)
  if (fatal !== undefined) throw refuse(fatal)
  const report = [...packetsOf(data)].flatMap((packet) => (packet === null ? [] : [textOf(packet)]))
  checkReport(report, ref, refuse)
}

/** Reads `unpack ok` and `ok <ref>` (gitprotocol-pack, "Report Status"). */
function checkReport(
  [unpacked = '', ...refs]: readonly string[],
  ref: string,
  refuse: (said: string) => RequestError,
): void {
  if (unpacked !== 'unpack ok')
    throw refuse(unpacked.replace(/^unpack /, '') || 'it did not say whether it took the pack')
  if (refs.includes(`ok ${ref}`)) return
  const failure = refs.find((line) => line.startsWith(`ng ${ref} `))
  throw refuse(failure?.slice(`ng ${ref} `.length) ?? `it did not say what became of ${ref}`)
}

/** @param messages What the server wrote for people. */
function refused(said: string, messages: string, ref: string): RequestError {
  const broken = ruleRefusal(said, messages)
  if (broken) {
    const { rules, hint } = broken
    const branch = ref.replace(/^refs\/heads\//, '')
    return new RequestError({
      code: 'push-refused',
      message: `The rules of the repository do not let the commit onto ${branch}: ${closed(rules.join(' ') || said)}`,
      hint,
      details: { said, branch, rules },
    })
  }
  return new RequestError({
    code: 'push-refused',
    message: `The repository refused the push: ${closed(said)}`,
    hint: /without `workflows?` /.test(said)
      ? 'Give the token the scope workflow (fine-grained: Workflows, read and write), or leave .github/workflows out of the commit.'
      : 'A missing right of the token, or a file that is too large may forbid it: the message and the log tell.',
    details: { said },
  })
}
