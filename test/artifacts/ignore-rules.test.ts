import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ExclusionRules, outputRules, sourceRules } from '../../src/artifacts/ignore-rules.js'

/** What is kept of the files when folders that are left out are not entered, as the reader does. */
function kept(files: readonly string[], rules: ExclusionRules): string[] {
  return files.filter((path) => {
    const names = path.split('/')
    const folders = names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'))
    return folders.every((folder) => !rules(folder, true)) && !rules(path, false)
  })
}

describe('the rules for source', () => {
  it('read nested .gitignore files as git does', async () => {
    const gitignores: Record<string, string> = {
      '.': '# comment\n*.log\n!keep.log\n/only-root.txt\nlogs/\nbuild/\nsub/exact.txt\n\\#hash\n*.tmp   \nCase.txt\n**/deep/x\n',
      a: '!important.log\nlocal.txt\n/anchored.txt\nnested/file.txt\n!build/\nonly-folder/\n',
      'a/b': '*.txt\n!yes.txt\n',
      'weird [1] #x!': 'hidden\n*.log\n!shown.log\n',
    }
    const files = [
      'x.log',
      'keep.log',
      'a/x.log',
      'a/important.log',
      'a/b/important.log',
      'only-root.txt',
      'a/only-root.txt',
      'logs/x',
      'a/logs/x',
      'sub/exact.txt',
      'a/sub/exact.txt',
      '#hash',
      'x.tmp',
      'case.txt',
      'Case.txt',
      'a/Case.txt',
      'a/local.txt',
      'a/b/local.txt',
      'local.txt',
      'a/anchored.txt',
      'a/b/anchored.txt',
      'a/nested/file.txt',
      'a/b/nested/file.txt',
      'build/x',
      'a/build/x',
      'a/build/x.log',
      'a/only-folder',
      'a/c/only-folder/x',
      'a/b/yes.txt',
      'a/b/no.txt',
      'a/b/c/no.txt',
      'a/b/c/yes.txt',
      'deep/x',
      'q/deep/x',
      'weird [1] #x!/hidden',
      'weird [1] #x!/q/hidden',
      'weird [1] #x!/shown.log',
      'weird [1] #x!/y.log',
      'hidden',
    ]
    const folder = await mkdtemp(join(tmpdir(), 'tabship-'))
    try {
      const write = async (path: string, text: string) => {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), text)
      }
      for (const path of files) await write(path, '')
      for (const [place, text] of Object.entries(gitignores)) await write(`${place}/.gitignore`, text)
      const git = (...args: string[]) => spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).stdout
      git('init')
      const listed = git('-c', 'core.ignorecase=false', 'ls-files', '-z', '--others', '--exclude-standard').split('\0')
      const expected = listed.filter((path) => path !== '' && !path.endsWith('.gitignore')).sort()
      expect(expected.length).toBeGreaterThan(10)
      const rules = sourceRules({ gitignores: new Map(Object.entries(gitignores)), outputDirectory: null })
      expect(kept(files, rules).sort()).toEqual(expected)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('take up .gitignore files that turn up while they are in use', () => {
    const gitignores = new Map<string, string>()
    const rules = sourceRules({ gitignores, outputDirectory: 'dist' })
    expect(rules('a.log', false)).toBeUndefined()
    gitignores.set('.', '*.log')
    expect(rules('a.log', false)).toBe('ignored')
    gitignores.set('x', '!*.log')
    expect(rules('x/a.log', false)).toBeUndefined()
    expect(rules('a.log', false)).toBe('ignored')
  })

  it('never let a secret, a tool folder or the output through, with or without a .gitignore', () => {
    const gitignores = new Map([['.', '!.env\n!node_modules\n!dist\n']])
    const rules = sourceRules({ gitignores, outputDirectory: './apps/dist/', exclude: ['*.psd'] })
    for (const path of ['.env', '.env.local', 'a/.env.production', '.envrc', '.ENV'])
      expect(rules(path, false)).toBe('secret')
    for (const path of [
      '.dev.vars',
      '.netrc',
      'a/.git-credentials',
      'id_rsa',
      '.ssh/id_ed25519',
      'a.p12',
      'A.PFX',
      'b.jks',
    ])
      expect(rules(path, false)).toBe('secret')
    for (const path of ['id_rsa.pub', 'p12', 'grid_rsa', 'a.p12.md']) expect(rules(path, false)).toBeUndefined()
    for (const path of ['.env.example', 'a/.env.sample', '.env.local.template'])
      expect(rules(path, false)).toBeUndefined()
    for (const path of [
      '.git',
      'node_modules',
      'a/node_modules',
      'apps/dist',
      '.next',
      'a/.turbo',
      '.vite',
      '.svelte-kit',
    ]) {
      expect(rules(path, true)).toBe('tooling')
    }
    expect(rules('a/.git', false)).toBe('tooling')
    expect(rules('a/logo.psd', false)).toBe('ignored')
    for (const path of ['dist', 'coverage', '.github', 'src', 'public']) expect(rules(path, true)).toBeUndefined()
    for (const path of ['.gitignore', 'app.js.map', '.npmrc']) expect(rules(path, false)).toBeUndefined()
  })
})

describe('the rules for output', () => {
  it('leave out secrets, tool folders and what the caller names, and nothing else', () => {
    const rules = outputRules({ sourceMaps: 'include', exclude: ['/stats.html', 'drafts/'] })
    for (const path of ['.env', '.env.example', 'a/.env.local']) expect(rules(path, false)).toBe('secret')
    for (const path of ['.npmrc', 'a/.yarnrc.yml', '.netrc', 'id_rsa', 'a/id_ecdsa', 'a.keystore', '.dev.vars'])
      expect(rules(path, false)).toBe('secret')
    for (const path of ['.git', 'node_modules', 'a/node_modules']) expect(rules(path, true)).toBe('tooling')
    expect(rules('.DS_Store', false)).toBe('tooling')
    expect(rules('stats.html', false)).toBe('ignored')
    expect(rules('a/drafts', true)).toBe('ignored')
    for (const path of ['a/stats.html', '.well-known/x', '_headers', 'app.js.map', '.nojekyll', 'environment.js']) {
      expect(rules(path, false)).toBeUndefined()
    }
  })

  it('leave out every name with a dot where the folder is the root of the project, but what is there to be served', () => {
    const rules = outputRules({ sourceMaps: 'include', root: true })
    for (const path of ['.vscode', '.github', 'a/.cache']) expect(rules(path, true)).toBe('tooling')
    for (const path of ['.gitignore', 'a/.prettierrc']) expect(rules(path, false)).toBe('tooling')
    expect(rules('.npmrc', false)).toBe('secret')
    expect(rules('.well-known', true)).toBeUndefined()
    for (const path of ['.nojekyll', '.well-known/security.txt', 'index.html', '_headers', 'package.json'])
      expect(rules(path, false)).toBeUndefined()
  })

  it('leave out source maps by choice, and no other map', () => {
    const rules = outputRules({ sourceMaps: 'exclude' })
    for (const path of ['app.js.map', 'a/b.mjs.map', 'c.css.map']) expect(rules(path, false)).toBe('source-map')
    for (const path of ['world.map', 'map.js', 'a.map.json']) expect(rules(path, false)).toBeUndefined()
  })
})
