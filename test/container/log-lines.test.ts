import { describe, expect, it } from 'vitest'
import { createLogLines } from '../../src/container/log-lines.js'
import { relevantLines } from '../../src/container/relevant-lines.js'

function linesOf(...chunks: string[]): string[] {
  const log = createLogLines()
  return [...chunks.flatMap((chunk) => log.push(chunk)), ...log.end()]
}

describe('log lines', () => {
  it('are free of colours, links and titles, wherever the chunks are cut', () => {
    const output =
      '\u001B]0;title\u0007\u001B[1m\u001B[38;5;75mvite\u001B[39m v7\u001B[22m\r\n\u001B]8;;http://a.test\u0007link\u001B]8;;\u0007\r\nend'
    for (let cut = 0; cut <= output.length; cut += 1) {
      expect(linesOf(output.slice(0, cut), output.slice(cut))).toEqual(['vite v7', 'link', 'end'])
    }
    expect(linesOf(...output)).toEqual(['vite v7', 'link', 'end'])
  })

  it('keep only what a carriage return leaves on the line', () => {
    expect(linesOf('10%\r50%\r', '100%\r', '\n', 'next\r\n')).toEqual(['100%', 'next'])
    expect(linesOf('fetching\u001B[2K\u001B[1Gdone\n')).toEqual(['done'])
    expect(linesOf('fetching\r\u001B[Kdone\n')).toEqual(['done'])
  })

  it('hold no frames of a spinner and no runs of blank lines', () => {
    const frames = Array.from({ length: 50 }, (_, index) => `\u001B[1G\u001B[0K${'⠙⠹⠸⠼'[index % 4]}`).join('')
    expect(linesOf(`${frames}\u001B[1G\u001B[0K\nadded 25 packages\n\n\r\n \n⠙\n\nfound 0 vulnerabilities\n`)).toEqual([
      'added 25 packages',
      '',
      'found 0 vulnerabilities',
    ])
  })

  it('repeat nothing that a program paints again, but do repeat what it prints again', () => {
    const frame = 'Progress: resolved 9\nDone in 1 s\n'
    expect(linesOf(frame, `\u001B[2A${frame}`, `\u001B[2A${frame}`)).toEqual(['Progress: resolved 9', 'Done in 1 s'])
    expect(linesOf('tick\n', 'tick\n')).toEqual(['tick', 'tick'])
  })

  it('stay bounded when a program prints without end and without a line', () => {
    const log = createLogLines()
    for (let index = 0; index < 100; index += 1) log.push('x'.repeat(10_000))
    expect(log.end()[0]).toHaveLength(10_000)
  })
})

describe('relevant lines', () => {
  it('are the error of a vite build with its place, without the list of files', () => {
    const tail = [
      '> shop@1.0.0 build',
      '> vite build',
      '',
      'vite v7.1.0 building for production...',
      'dist/assets/error-page-1f.js   12.10 kB │ gzip: 4.10 kB',
      'transforming...',
      '✓ 3 modules transformed.',
      '✗ Build failed in 40ms',
      'error during build:',
      '[vite]: Rollup failed to resolve import "lodash" from "/home/project/src/main.ts".',
      '    at viteLog (file:///home/project/node_modules/vite/dist/node/chunks/config.js:1:1)',
      '    at onRollupLog (file:///a.js:1:1)',
      '    at onLog (file:///a.js:1:1)',
      '    at file:///a.js:1:1',
    ]
    expect(relevantLines(tail)).toEqual([...tail.slice(7, 13)])
  })

  it('are the errors of the TypeScript compiler with their code frames', () => {
    const tail = [
      "src/main.ts:3:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
      '',
      "3 const a: number = 'a'",
      '        ~',
      '',
      'Found 1 error in src/main.ts:3',
    ]
    expect(relevantLines(tail)).toEqual([tail[0], tail[2], tail[3], tail[5]])
  })

  it('are what npm says, without its pointer to a log file that nobody can open', () => {
    const tail = [
      'npm error code ERESOLVE',
      'npm error ERESOLVE unable to resolve dependency tree',
      'npm error',
      'npm error Found: react@19.0.0',
      'npm error A complete log of this run can be found in: /home/.npm/_logs/x.log',
    ]
    expect(relevantLines(tail)).toEqual([tail[0], tail[1], tail[3]])
  })

  it('are at most 20, the first and the last', () => {
    const tail = Array.from({ length: 100 }, (_, index) => `error ${index}`)
    const lines = relevantLines(tail)
    expect(lines).toHaveLength(20)
    expect([lines[0], lines.at(-1)]).toEqual(['error 0', 'error 99'])
  })

  it('are the last lines where none looks like an error', () => {
    expect(relevantLines(['one', '', 'two'])).toEqual(['one', 'two'])
  })
})
