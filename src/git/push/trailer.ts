import { deploymentTrailer as key } from '../../toolkit/deployment-trailer.js'

/** Key of the trailer of a commit that also holds work of others, which the project that was deployed does not hold. */
const ontoKey = 'Tabship-Onto'

/**
 * Adds the trailer with the id of the deployment, to the trailers that the message ends with, if it has any.
 * @param onto The commit of somebody else whose work the commit holds beside that of the project.
 */
export function withTrailer(message: string, deployment: string, onto?: string): string {
  const text = message.trimEnd()
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 1).trim()
  const trailers = text.includes('\n\n') && paragraph.split('\n').every((line) => /^[A-Za-z][\w-]*: \S/.test(line))
  const above = onto === undefined ? '' : `${ontoKey}: ${onto}\n`
  return `${text}${trailers ? '\n' : '\n\n'}${above}${key}: ${deployment}\n`
}

/** Whether a commit was made by a deployment, whosever it was, and holds nothing but what the project held. */
export function madeByDeployment(message: string): boolean {
  return message.split('\n').some((line) => line.startsWith(`${key}: `)) && ontoOf(message) === undefined
}

/** Whether a commit was made by a deployment of this author: the same person's, from wherever. */
export function isFromHere(
  commit: { readonly message: string; readonly author?: string | undefined },
  author: { readonly email: string },
): boolean {
  return madeByDeployment(commit.message) && (commit.author === undefined || commit.author === author.email)
}

/** The commit of somebody else whose work a commit of a deployment holds beside that of the project. */
export function ontoOf(message: string): string | undefined {
  const line = message.split('\n').findLast((line) => line.startsWith(`${ontoKey}: `))
  return line?.slice(ontoKey.length + 2)
}

/** Whether a commit was made by this very deployment: its trailer ends the message, as {@link withTrailer} leaves it. */
export function madeBy(deployment: string, message: string): boolean {
  return message.trimEnd().split('\n').at(-1) === `${key}: ${deployment}`
}
