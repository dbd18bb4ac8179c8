/** What the rules of a branch, or of a repository, have against a commit. */
export interface RuleRefusal {
  /** Each in the host's own words; empty where it told none. */
  readonly rules: readonly string[]
  readonly hint: string
}

// GitHub: "GH006: Protected branch update failed", "GH013: Repository rule violations found", and the API the rules alone. GitLab:
// "You are not allowed to push code to protected branches on this project."
const signs =
  /\bGH0(?:06|13)\b|rule violations|protected (?:branch|ref)|creations being restricted|made through (?:a pull request|the merge queue)|status checks? .*expected|approving review/i
/** What is said around the rules: headings, addresses, and where a secret was found. */
const around =
  /^(?:GH\d+:|Repository rule violations|Review all repository rules|Protected branch update failed|Validation Failed|push declined|protected branch hook declined|pre-receive hook declined|(?:commit|path|locations?):|GITHUB PUSH PROTECTION)/i

/**
 * Reads from the words of a host whether it was rules that refused a commit, and what can be done.
 *
 * @param said The reason that it gave.
 * @param told What it wrote beside that, for people.
 */
export function ruleRefusal(said: string, told = ''): RuleRefusal | undefined {
  const text = `${said}\n${told}`
  if (!signs.test(text)) return undefined
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  // In what git shows people, rules are items of a list, or errors; in an answer of the API they are all that there is.
  const listed = told === '' ? lines : lines.filter((line) => /^(?:- |error: |GitLab: )/.test(line))
  const rules = listed
    .map((line) => line.replace(/^(?:- |error: |GitLab: )+/, ''))
    .filter((line) => line !== '' && !around.test(line))
  return { rules: [...new Set(rules)].slice(0, 5), hint: /contain secrets/i.test(text) ? ofSecrets : ofBranches }
}

const ofSecrets =
  'Take the secret out of the files, or leave them out with the option files.exclude; the log says where it was found.'
const ofBranches =
  'Commit to another branch (deploy({ commit: { branch } })) and open a pull request from there, or use a token whose owner may bypass the rules of the repository.'
