/** Something that is accepted or served although the provider's published contract does not have it. */
export interface Waiver {
  /**
   * What is waived: `createDeployment: body.version`, where several endpoints may be named before the colon, or `*` for all, or
   * `POST /drop` for a whole endpoint. A run of all tests fails where something beside the contract is not found here, and where neither
   * a client nor Tabship made use of it.
   */
  readonly what: string
  /** Who needs it, and how that is known. */
  readonly reason: string
  /** Where a client's own code says that it sends this, for what no test lets it send: a test reads it there. */
  readonly written?: Written
}

/** A place in the code of a client that tests run. */
export interface Written {
  /** Below `node_modules`, for example `vercel/dist/index.js`. */
  readonly file: string
  /** `*` stands for what a template fills in: `/v3/env/pull/*`. */
  readonly text: string
}
