/** Who made a commit and when, in ISO 8601 with seconds in UTC. */
export interface DatedSignature {
  readonly name: string
  readonly email: string
  readonly date: string
}

/** A commit as git holds it. */
export interface CommitObject {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: DatedSignature
  readonly committer: DatedSignature
  readonly message: string
}

/** Writes milliseconds since the epoch to the second, as git knows them and GitHub shows them. */
export function timeInSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Reads a commit as git stores it. @returns `undefined` for one that is not as git writes them today, such as one in another encoding. */
export function readCommit(sha: string, text: string): CommitObject | undefined {
  const end = text.indexOf('\n\n')
  const head = text.slice(0, end)
  const [tree, ...lines] = head.split('\n')
  const person = (role: string): DatedSignature | undefined => {
    const pattern = new RegExp(`^${role} (\\S|\\S[^<>]*\\S) <([^<>\\s]+)> (\\d+) [+-]\\d{4}$`, 'm')
    const [, name, email, seconds] = pattern.exec(head) ?? []
    return name && email ? { name, email, date: timeInSeconds(Number(seconds) * 1000) } : undefined
  }
  const author = person('author')
  const committer = person('committer')
  if (end < 0 || !author || !committer || /^encoding /m.test(head) || text.includes('\0')) return undefined
  const parents = lines.filter((line) => line.startsWith('parent ')).map((line) => line.slice(7))
  const message = text.slice(end + 2).replace(/\n+$/, '')
  return { sha, tree: tree?.slice(5) ?? '', parents, author, committer, message }
}

/** Reads a commit as `readLog` has git write it. */
export function parseCommit(record: string): CommitObject {
  const lines = record.split('\n')
  const [sha = '', tree = '', parents = '', name = '', email = '', time = '', ...rest] = lines
  const [committerName = '', committerEmail = '', committerTime = '', ...message] = rest
  return {
    sha,
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name, email, date: timeInSeconds(Number(time) * 1000) },
    committer: { name: committerName, email: committerEmail, date: timeInSeconds(Number(committerTime) * 1000) },
    message: message.join('\n').replace(/\n+$/, ''),
  }
}
