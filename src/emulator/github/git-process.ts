export { createGit, type Git, type GitCommandOptions } from '../git-process.js'
