import { writeFileSync } from 'node:fs'
import { readEntries, readManifest, readPublicNames } from '../test/house/read-public-names.js'

// The list that test/house/exports.test.ts compares with. Run it after a deliberate change of what the package exports.
const names = readPublicNames(readEntries(readManifest()))
const file = new URL('../test/house/public-names.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(names, null, 2)}\n`)
