/** Key of the trailer (git-interpret-trailers) that every commit of a deployment carries. */
const key = 'Tabship-Deployment'

/** Adds the trailer with the id of the deployment, to the trailers that the message ends with, if it has any. */
export function withTrailer(message: string, deployment: string): string {
  const text = message.trimEnd()
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 1).trim()
  const trailers = text.includes('\n\n') && paragraph.split('\n').every((line) => /^[A-Za-z][\w-]*: \S/.test(line))
  return `${text}${trailers ? '\n' : '\n\n'}${key}: ${deployment}\n`
}

/** Whether a commit was made by a deployment, whosever it was. */
export function madeByDeployment(message: string): boolean {
  return message.split('\n').some((line) => line.startsWith(`${key}: `))
}

/** Whether a commit was made by this very deployment: its trailer ends the message, as {@link withTrailer} leaves it. */
export function madeBy(deployment: string, message: string): boolean {
  return message.trimEnd().split('\n').at(-1) === `${key}: ${deployment}`
}
