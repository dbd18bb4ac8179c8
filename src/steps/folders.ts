/** Joins a folder and a path below it; `.` stands for the folder itself. */
export function joinFolder(folder: string, path: string): string {
  if (folder === '.' || folder === '') return path === '' ? '.' : path
  return path === '.' || path === '' ? folder : `${folder}/${path}`
}
