export { type CommitObject, type DatedSignature, timeInSeconds as githubTime } from '../commit-object.js'
export {
  countCommits,
  diskUsage,
  isAncestor,
  isEmpty,
  type LogOptions,
  listBranchesAndTags,
  listFolder,
  listRefs,
  mergeBase,
  readLog,
  readRef,
  readTree,
  resolve,
  type TreeEntry,
} from '../read-git.js'
