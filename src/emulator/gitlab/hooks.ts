/** Names of the variables that tell the hooks who pushes. */
export const guard = {
  /** `1` for those who may push to protected branches. */
  maintainer: 'TABSHIP_GITLAB_MAINTAINER',
  /** Protected branches, one a line. */
  protectedBranches: 'TABSHIP_GITLAB_PROTECTED',
} as const

/** Keeps protected branches, in GitLab's words (`lib/gitlab/checks/branch_check.rb`). */
const preReceive = `#!/bin/sh
zero=0000000000000000000000000000000000000000
guarded() {
  printf '%s\\n' "$${guard.protectedBranches}" | grep -Fqx -- "$1"
}
while read -r old new ref; do
  case $ref in refs/heads/*) branch=\${ref#refs/heads/} ;; *) continue ;; esac
  guarded "$branch" || continue
  if [ "$new" = "$zero" ]; then
    echo 'GitLab: You can only delete protected branches using the web interface.' >&2
    exit 1
  fi
  if [ "$old" != "$zero" ] && ! git merge-base --is-ancestor "$old" "$new"; then
    echo 'GitLab: You are not allowed to force push code to a protected branch on this project.' >&2
    exit 1
  fi
  if [ "$${guard.maintainer}" != 1 ]; then
    echo 'GitLab: You are not allowed to push code to protected branches on this project.' >&2
    exit 1
  fi
done
exit 0
`

/** The first branch that is pushed to an empty project becomes its default branch where `main` is not among them. */
const postReceive = `#!/bin/sh
read -r _ head <HEAD
[ -f "$head" ] && exit 0
git rev-parse --verify --quiet HEAD >/dev/null && exit 0
first=$(git for-each-ref --count=1 --format='%(refname)' refs/heads)
[ -z "$first" ] || git symbolic-ref HEAD "$first"
`

/** The server-side hooks of every project, by file name. They need a POSIX shell beside git. */
export const hooks: Readonly<Record<string, string>> = { 'pre-receive': preReceive, 'post-receive': postReceive }

/** The configuration of every project's repository. GitLab keeps some refs for itself (Gitaly's `receive.hideRefs`). */
export const gitConfiguration = `[http]
	receivepack = true
[receive]
	fsckObjects = true
	advertisePushOptions = true
	denyDeleteCurrent = refuse
	autogc = false
	hideRefs = refs/environments
	hideRefs = refs/keep-around
	hideRefs = refs/merge-requests
	hideRefs = refs/pipelines
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[gc]
	auto = 0
`
