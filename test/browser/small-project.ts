/** A project that builds in an instant: `build` is the code of its build script. */
export function smallProject(build: string): Map<string, Uint8Array> {
  const manifest = {
    name: 'small',
    version: '1.0.0',
    type: 'module',
    scripts: { build: 'node build.js', dev: 'node server.js' },
  }
  const files: Record<string, string> = {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({ name: 'small', version: '1.0.0', lockfileVersion: 3, packages: {} }),
    'netlify.toml': '[build]\ncommand = "npm run build"\npublish = "dist"\n',
    '.gitignore': 'node_modules\ndist\n',
    'build.js': build,
    'note.txt': 'first\n',
    'server.js': `import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
createServer((request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<p>' + readFileSync('note.txt', 'utf8') + '</p>')
}).listen(0)
`,
  }
  const encoder = new TextEncoder()
  return new Map(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)]))
}

/** Writes a page that shows the note. */
export const quickBuild = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/index.html', '<p>' + readFileSync('note.txt', 'utf8') + '</p>')
console.log('built')
`

/** Says that it runs and never ends. */
export const endlessBuild = `console.log('building')
setInterval(() => undefined, 1000)
`
