import type { Octokit } from '@octokit/rest'

/** Commits files as users of Octokit do by hand: blobs, a tree, a commit, and the branch moved. @returns the commit's id */
export async function commitByHand(
  octokit: Octokit,
  at: { readonly owner: string; readonly repo: string },
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const { rest } = octokit
  const head = await rest.git.getRef({ ...at, ref: 'heads/main' })
  const parent = await rest.git.getCommit({ ...at, commit_sha: head.data.object.sha })
  const tree = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const blob = await rest.git.createBlob({ ...at, content: btoa(text), encoding: 'base64' })
      return { path, sha: blob.data.sha, mode: '100644', type: 'blob' } as const
    }),
  )
  const made = await rest.git.createTree({ ...at, tree, base_tree: parent.data.tree.sha })
  const parents = [head.data.object.sha]
  const { data } = await rest.git.createCommit({ ...at, message: 'Publish', tree: made.data.sha, parents })
  await rest.git.updateRef({ ...at, ref: 'heads/main', sha: data.sha })
  return data.sha
}
