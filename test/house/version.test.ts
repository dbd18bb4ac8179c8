import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { version } from '../../src/version.js'
import { root } from './read-imports.js'

it('the version that deployments are written down with is that of the package', () => {
  expect(version).toBe(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version)
})
