import { STATUS_CODES } from 'node:http'

/** When a request is answered, by its provider's clock. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Milliseconds after which a limit lets requests through again. */
  readonly wait: number
}

/** How a provider answers when something is wrong: made of what its own errors are made of. */
export interface Voice {
  /** An error of its own. */
  problem(request: Request, status: number, moment: Moment): Response
  /** A page of somebody between the client and it, with the headers that let pages read it. */
  page(request: Request, status: number, html: string): Response
  /** The refusal of a token that it does not know any more. */
  tokenRefused(request: Request, moment: Moment): Response
}

/** Type of a page. */
export const htmlType = 'text/html; charset=utf-8'

/** The words that go with a status. */
export function reason(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown Error'
}
