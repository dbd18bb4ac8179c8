export type { Account, Accounts, Credential, Scope } from './accounts.js'
export { createEmulator } from './create-emulator.js'
export type {
  AddressView,
  BranchView,
  CommitView,
  DatabaseBranchView,
  DatabaseView,
  DeploymentStateView,
  DeploymentView,
  EmulatorStateView,
  EnvironmentView,
  FaultView,
  HostingProvider,
  RepositoryView,
  RequestsView,
  RequestView,
  RunView,
  SiteView,
} from './dashboard/state-view.js'
export type { DnsOptions, EmulatedRecordType } from './dns.js'
export type { Emulator, EmulatorAddresses } from './emulator.js'
export type { EmulatorOptions } from './emulator-options.js'
export { type Exchange, exchangeChannel } from './exchanges.js'
export type { EmulatorClock, Faults } from './faults/faults.js'
export type { LoggedRequest } from './faults/request-log.js'
export type { EmulatedProvider, Fault, FaultKind, FaultRule } from './faults/rules.js'
export type { GithubDelays } from './github/delays.js'
export type { EmulatedCommit, GithubState } from './github/github.js'
export type { GitlabDelays } from './gitlab/delays.js'
export type { EmulatedGitlabCommit, GitlabState } from './gitlab/gitlab.js'
export { createLocalContainer, type LocalContainer, type LocalContainerOptions } from './local-container.js'
export { createLocalFetch } from './local-fetch.js'
export type { NeonDelays } from './neon/delays.js'
export type { NeonLimits } from './neon/limits.js'
export type { NeonBranch, NeonEndpoint, NeonOperation, NeonProject, NeonSnapshot, NeonState } from './neon/state.js'
export type { NetlifyDelays } from './netlify/delays.js'
export type { NetlifyCors } from './netlify/headers.js'
export type { NetlifyLimits } from './netlify/limits.js'
export type { DeployState, NetlifyDeploy, NetlifySite, NetlifyState } from './netlify/state.js'
export { type Certificate, ConnectionReset, type Handler, type Served, type ServeOptions, serve } from './serve.js'
export { createSimulatedClock, type SimulatedClock } from './simulated-clock.js'
export type { DnsRecord } from './vercel/call.js'
export type { VercelDelays } from './vercel/delays.js'
export type { VercelCors } from './vercel/headers.js'
export type { VercelLimits } from './vercel/limits.js'
export type { VercelDeployment, VercelProject, VercelState } from './vercel/state.js'
