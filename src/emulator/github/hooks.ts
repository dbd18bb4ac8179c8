import type { Credential } from '../accounts.js'

/** GitHub's limit of one file, in bytes: "100 MB" there is MiB. */
export const fileSizeLimit: number = 100 * 1024 * 1024

/** The setting that makes git ask the hook `proc-receive` about every ref of a push. */
export const guardRefs: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'receive.procReceiveRefs',
  GIT_CONFIG_VALUE_0: 'refs',
}

/** What the hook is given for tokens that may not write workflows: GitHub's words for their kind, and for what they lack. */
export function guardWorkflows({ permissions, app = false }: Partial<Credential>): Record<string, string> {
  const kind = app ? 'a GitHub App' : permissions ? 'a Personal Access Token' : 'an OAuth App'
  const lacked = app ? '`workflows` permission' : '`workflow` scope'
  return { EMULATOR_GUARDS_WORKFLOWS: kind, EMULATOR_WORKFLOWS_NEED: lacked }
}

/** Refuses commits that hold a file above the limit, in GitHub's words. */
const preReceive = `#!/bin/sh
zero=0000000000000000000000000000000000000000
refused=0
while read -r old new ref; do
  [ "$new" = "$zero" ] && continue
  git rev-list --objects "$new" --not --all |
    git cat-file --batch-check='%(objecttype) %(objectsize) %(rest)' |
    awk -v limit=${fileSizeLimit} -v ref="$ref" '
      $1 == "blob" && $2 > limit {
        size = $2
        sub(/^[^ ]+ [^ ]+ /, "")
        if (!found++) {
          print "error: See https://gh.io/lfs for more information."
        }
        printf "error: File %s is %.2f MB; this exceeds GitHub'"'"'s file size limit of %.2f MB\\n", $0, size / 1048576, limit / 1048576
      }
      END {
        if (found) {
          print "error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com."
          exit 1
        }
      }' >&2 || refused=1
done
exit $refused
`

/**
 * Refuses refs whose new commits add or change a workflow, or whose branch has a rule against it (`EMULATOR_RULES`), each with
 * GitHub's reason, and leaves the others to git. It is this
 * hook and not `pre-receive` because only here can a reason be given for each ref (githooks(5), gitprotocol-pack(5)). A file
 * that another branch holds with the same content may be pushed, as on GitHub.
 */
const procReceive = `#!/bin/sh
zero=0000000000000000000000000000000000000000
tab=$(printf '\\t')

packet() {
  length=$(dd bs=1 count=4 2>/dev/null)
  length=$((0x\${length:-0}))
  [ "$length" -gt 4 ] || return 1
  line=$(dd bs=1 count=$((length - 4)) 2>/dev/null | tr -d '\\000\\n')
}

say() {
  printf '%04x%s' $((\${#1} + 4)) "$1"
}

known() {
  oid=$(git rev-parse --verify --quiet "$1:$2") || return 0
  git for-each-ref --format='%(refname)' refs/heads | while read -r branch; do
    [ "$(git rev-parse --verify --quiet "$branch:$2")" = "$oid" ] && echo yes && break
  done | grep -q yes
}

workflow() {
  git log -m --format= --name-only --no-renames --diff-filter=AMT "$1" --not --all -- .github/workflows |
    sort -u | while read -r path; do
      known "$1" "$path" || { printf '%s' "$path"; break; }
    done
}

broken() {
  printf '%s\n' "$EMULATOR_RULES" | while IFS="$tab" read -r of forbids pattern excluded words; do
    [ -n "$pattern" ] || continue
    case "$3" in $excluded) continue ;; $pattern) ;; *) continue ;; esac
    case "$forbids" in
      deletion) [ "$2" = "$zero" ] || continue ;;
      creation) [ "$1" = "$zero" ] || continue ;;
      update) [ "$2" != "$zero" ] || continue ;;
      force)
        [ "$1" != "$zero" ] && [ "$2" != "$zero" ] || continue
        git merge-base --is-ancestor "$1" "$2" && continue ;;
    esac
    printf '%s\t%s\n' "$of" "$words"
  done | sort -u
}

explain() {
  if [ "\${1%%"$tab"*}" = ruleset ]; then
    echo "error: GH013: Repository rule violations found for $2."
    echo "Review all repository rules at $EMULATOR_RULES_ADDRESS"
    echo
    printf '%s\n' "$1" | cut -f 2 | while read -r words; do printf -- '- %s\n\n' "$words"; done
  else
    echo "error: GH006: Protected branch update failed for $2."
    printf '%s\n' "$1" | cut -f 2 | sed 's/^/error: /'
  fi
}

while packet; do :; done
say version=1
printf 0000
commands=
while packet; do
  commands="$commands$line
"
done
printf '%s' "$commands" | while read -r old new ref; do
  path=
  [ "$new" = "$zero" ] || [ -z "$EMULATOR_GUARDS_WORKFLOWS" ] || path=$(workflow "$new")
  rules=$(broken "$old" "$new" "$ref")
  if [ -n "$path" ]; then
    say "ng $ref refusing to allow $EMULATOR_GUARDS_WORKFLOWS to create or update workflow \\\`$path\\\` without $EMULATOR_WORKFLOWS_NEED"
  elif [ -n "$rules" ]; then
    explain "$rules" "$ref" >&2
    case "$rules" in
      ruleset*) say "ng $ref push declined due to repository rule violations" ;;
      *) say "ng $ref protected branch hook declined" ;;
    esac
  else
    say "ok $ref"
    say 'option fall-through'
  fi
done
printf 0000
`

/** The first branch that is pushed to an empty repository becomes its default branch where `main` is not among them. */
const postReceive = `#!/bin/sh
read -r _ head <HEAD
[ -f "$head" ] && exit 0
git rev-parse --verify --quiet HEAD >/dev/null && exit 0
first=$(git for-each-ref --count=1 --format='%(refname)' refs/heads)
[ -z "$first" ] || git symbolic-ref HEAD "$first"
`

/** The server-side hooks of every repository, by file name. They need a POSIX shell and awk beside git. */
export const hooks: Readonly<Record<string, string>> = {
  'pre-receive': preReceive,
  'proc-receive': procReceive,
  'post-receive': postReceive,
}

/** The configuration of every repository: what GitHub's git servers accept and offer. */
export const gitConfiguration = `[http]
	receivepack = true
[receive]
	fsckObjects = true
	advertisePushOptions = true
	denyDeleteCurrent = refuse
	autogc = false
[uploadpack]
	allowFilter = true
	allowTipSHA1InWant = true
	allowReachableSHA1InWant = true
[gc]
	auto = 0
`
