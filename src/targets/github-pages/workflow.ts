/** Name of the workflow's file. */
export const workflowFile = 'tabship-pages.yml'

/** Path of the workflow in the branch. */
export const workflowPath: string = `.github/workflows/${workflowFile}`

/** The workflow that publishes what the branch holds. A push starts it: by hand, GitHub starts only what the default branch holds. */
export function writeWorkflow(branch: string): string {
  // In a filter, these two are more than themselves; the others are in no branch's name.
  const pattern = branch.replace(/[+!]/g, '\\$&')
  return `# Written by Tabship, and written again at each deployment.
name: Publish on GitHub Pages
on:
  push:
    branches: [${JSON.stringify(pattern)}]
permissions:
  contents: read
  pages: write
  id-token: write
concurrency:
  group: pages
  cancel-in-progress: false
jobs:
  publish:
    name: Publish
    runs-on: ubuntu-latest
    timeout-minutes: 30
    environment:
      name: github-pages
      url: \${{ steps.publish.outputs.page_url }}
    steps:
      - name: Check out
        uses: actions/checkout@v4
        with:
          persist-credentials: false
      - name: Look at the site
        uses: actions/configure-pages@v5
      - name: Pack the files
        uses: actions/upload-pages-artifact@v5
        with:
          # A run that is started again still has what its first try has packed.
          name: github-pages-\${{ github.run_attempt }}
          path: .
          # Otherwise .well-known would be left out. What is in .github is left out in any case.
          include-hidden-files: true
      - name: Publish
        id: publish
        uses: actions/deploy-pages@v4
        with:
          artifact_name: github-pages-\${{ github.run_attempt }}
`
}

/** A message of a commit whose push starts workflows: GitHub skips them where some marks are in it. */
export function withoutSkipping(message: string): string {
  return message.replace(/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/gi, '($1)')
}
