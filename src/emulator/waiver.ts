/** Something that is accepted or served although the provider's published contract does not have it. */
export interface Waiver {
  /**
   * What is waived: `createDeployment: body.version`, where several endpoints may be named before the colon, or `*` for all, or
   * `POST /drop` for a whole endpoint. A run of all tests fails where something beside the contract is not found here, and where nothing made use of it.
   */
  readonly what: string
  /** Who needs it, and how that is known. */
  readonly reason: string
}
