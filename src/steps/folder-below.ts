import { OptionsError } from '../errors/options-error.js'

/**
 * The folder of the project below the root of the repository, or of what is sent in its place.
 * @throws OptionsError `options-invalid` where it is not below it
 */
export function folderBelow(root: string, folder: string): string {
  if (root === '.' || root === folder) return root === folder ? '.' : folder
  if (folder.startsWith(`${root}/`)) return folder.slice(root.length + 1)
  throw new OptionsError({
    code: 'options-invalid',
    message: `The project is in ${folder}, and what is committed is ${root}: what is to be built would not be there.`,
    hint: 'Set commit.root to a folder that holds the project.',
  })
}
