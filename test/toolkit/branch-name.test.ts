import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { branchName } from '../../src/toolkit/branch-name.js'

const git = (name: string) => promisify(execFile)('git', ['check-ref-format', '--branch', name])

describe('the name of a branch', () => {
  it.each(['main', 'release/1.2', 'fix#3', 'größe', 'a@b', 'user+tool=x'])('may be %s, as with git', async (name) => {
    expect(branchName.safeParse(name).success).toBe(true)
    await expect(git(name)).resolves.toBeDefined()
  })

  it.each([
    '',
    'a..b',
    'a b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.',
    'a.lock',
    '-a',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
  ])('may not be %j, as with git', async (name) => {
    expect(branchName.safeParse(name).success).toBe(false)
    await expect(git(name)).rejects.toThrow()
  })

  it.each(['refs/heads/main', 'HEAD', '0123456789012345678901234567890123456789'])(
    'may not be %s, which GitHub or git takes for something else',
    (name) => {
      expect(branchName.safeParse(name).success).toBe(false)
    },
  )
})
