import { describe, expect, it } from 'vitest'
import { commentOn } from '../../src/git/github/publication-comment.js'
import type { Publication } from '../../src/spec/publication.js'

const publication: Publication = {
  repository: {
    fullName: 'owner/shop',
    url: 'https://git.example/owner/shop',
    defaultBranch: 'main',
    created: false,
    heads: {},
  },
  commit: {
    oid: 'a'.repeat(40),
    parent: null,
    branch: 'main',
    url: `https://git.example/owner/shop/commit/${'a'.repeat(40)}`,
    changes: { added: 0, changed: 0, deleted: 0 },
    created: true,
  },
  environment: 'preview',
  targets: [{ target: 'shop', state: 'live', url: 'https://shop.example/' }],
  problem: null,
  time: Date.UTC(2026, 4, 17, 12, 5),
}
const commit = (branch: string) => ({ ...publication, commit: { ...publication.commit, branch } })

describe('the comment on a publication', () => {
  it('says what is where, of which commit, and since when', () => {
    expect(commentOn(publication).split('\n')).toEqual([
      '### Preview by Tabship',
      '',
      '- `shop`: ✅ live at <https://shop.example/>',
      '',
      `Commit [\`aaaaaaa\`](https://git.example/owner/shop/commit/${'a'.repeat(40)}) on \`main\`, 2026-05-17 12:05 UTC`,
    ])
  })

  it('keeps texts of the project in spans of code, whatever they hold', () => {
    expect(commentOn(commit('fix/`rm`'))).toContain('on `` fix/`rm` ``,')
    expect(commentOn(commit('<!-- @ada #1 -->'))).toContain('on `<!-- @ada #1 -->`,')
    const problem = 'It failed:\n\n# @ada ``` [x](y) ` end'
    expect(commentOn({ ...publication, problem })).toContain(
      'Why it failed: ````It failed: # @ada ``` [x](y) ` end````\n',
    )
    const long = commentOn({ ...publication, problem: '😀'.repeat(70_000) })
    expect(long).toContain(`${'😀'.repeat(500)}…`)
    expect(long.length).toBeLessThan(2000)
  })

  it('links no address that ends before its end, and none that is no page', () => {
    const at = (url: string) => commentOn({ ...publication, targets: [{ target: 'shop', state: 'live', url }] })
    expect(at('https://shop.example/a b>(x)')).toContain('at <https://shop.example/a%20b%3E%28x%29>')
    expect(at('javascript:alert(1)')).toContain('at `javascript:alert(1)`')
  })
})
