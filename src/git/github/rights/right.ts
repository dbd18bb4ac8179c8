/** Something that a token must be allowed for a plan to be carried out. */
export interface Right {
  /** Scopes of classic tokens of which one is enough; the first is the one to ask for. */
  readonly scopes: readonly string[]
  /** Permission of fine-grained tokens, by the name that GitHub shows people. */
  readonly permission: string
  /** @default 'write' */
  readonly access?: 'read' | 'write'
  /** What it is needed for, as it reads after "to". */
  readonly purpose: string
  /** The option that asks for it, where whoever may push may do it. @default one of `github.setup`, for administrators */
  readonly option?: 'github.deployments' | 'github.pullRequest' | 'repository'
}
