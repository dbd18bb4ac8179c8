export { type CommitOptions, commitFiles, type Signature } from '../commit-files.js'
