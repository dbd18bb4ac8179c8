import { describe, expect, it } from 'vitest'
import { memoryJournal } from '../../src/journal/memory.js'
import { journalCases } from './conformance.js'

describe('a journal in memory', () => {
  it.each(journalCases)('$title', async ({ run, facts }) => {
    expect(await run(memoryJournal())).toEqual(facts)
  })
})
