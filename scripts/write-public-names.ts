import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { readEntries, readManifest, readPublicNames } from '../test/house/read-public-names.js'

// The list that test/house/exports.test.ts compares with. Run it after a deliberate change of what the package exports.
const file = 'test/house/public-names.json'
writeFileSync(file, JSON.stringify(readPublicNames(readEntries(readManifest()))))
execFileSync('node_modules/.bin/biome', ['format', '--write', file], { stdio: 'inherit' })
