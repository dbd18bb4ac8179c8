import { createHash, randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLocalContainer, createLocalFetch, type LocalContainer } from '../src/emulator/index.js'
import { deploy } from '../src/index.js'
import { netlify } from '../src/targets/netlify.js'
import { type EmulatorProcess, startEmulatorProcess } from './emulator-process.js'
import type { Benchmark, Peer } from './harness.js'

/** Milliseconds that each request takes longer than on loopback, where the providers are not. */
const latency = 30

function remoteFetch(): typeof fetch {
  const send = createLocalFetch()
  return async (...call) => {
    await new Promise((resolve) => setTimeout(resolve, latency))
    return send(...call)
  }
}

/** Writes so many files of about 4 KB that no provider has seen. */
async function writeFiles(container: LocalContainer, count: number): Promise<void> {
  const output = join(container.directory, 'dist')
  await rm(output, { recursive: true, force: true })
  const perFolder = 100
  for (let index = 0; index < count; index += 1) {
    const folder = join(output, `part-${Math.floor(index / perFolder)}`)
    if (index % perFolder === 0) await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `file-${index}.bin`), randomBytes(4096))
  }
}

function tabship(container: LocalContainer, provider: EmulatorProcess, site: string): () => Promise<number> {
  return async () => {
    const deployment = deploy({
      container,
      fetch: remoteFetch(),
      project: { framework: 'static', buildCommand: null, outputDirectory: 'dist' },
      targets: [netlify({ auth: provider.token, site, apiUrl: provider.netlify })],
      verify: false,
    })
    return (await deployment.done).releases[0]?.uploaded.files ?? 0
  }
}

/** What an IDE writes by hand after reading the API's page: one file after the other, five uploads, a question a second. */
function byHand(container: LocalContainer, provider: EmulatorProcess, site: string): () => Promise<number> {
  const send = remoteFetch()
  const call = async (method: string, path: string, body?: BodyInit, type = 'application/json') => {
    const headers = { authorization: `Bearer ${provider.token}`, 'content-type': type }
    const response = await send(`${provider.netlify}${path}`, { method, headers, ...(body !== undefined && { body }) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    return response.json()
  }
  return async () => {
    const files: Record<string, string> = {}
    const contents = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const folder of await container.fs.readdir('dist')) {
      for (const name of await container.fs.readdir(`dist/${folder}`)) {
        const bytes = new Uint8Array(await container.fs.readFile(`dist/${folder}/${name}`))
        files[`${folder}/${name}`] = createHash('sha1').update(bytes).digest('hex')
        contents.set(`${folder}/${name}`, bytes)
      }
    }
    const found = await call('GET', `/sites?name=${site}`)
    const { id } = found[0] ?? (await call('POST', '/sites', JSON.stringify({ name: site })))
    let release = await call('POST', `/sites/${id}/deploys`, JSON.stringify({ files, async: contents.size > 100 }))
    const wait = async (states: string[]) => {
      while (!states.includes(release.state)) {
        await new Promise((resolve) => setTimeout(resolve, 1000))
        release = await call('GET', `/sites/${id}/deploys/${release.id}`)
      }
    }
    await wait(['prepared', 'uploading', 'uploaded', 'ready'])
    const paths = [...contents.keys()]
    const worker = async () => {
      for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
        await call('PUT', `/deploys/${release.id}/files/${path}`, contents.get(path), 'application/octet-stream')
      }
    }
    await Promise.all(Array.from({ length: 5 }, worker))
    await wait(['ready'])
    return contents.size
  }
}

/** From the files in the container to the release that the provider serves, with a provider 30 ms away. */
export function publish(count: number): Benchmark {
  return {
    name: `${count.toLocaleString('en')} files, container to published`,
    unit: 'files',
    async open() {
      const provider = await startEmulatorProcess()
      const container = await createLocalContainer()
      const peer = (name: string, work: () => Promise<number>): Peer => ({
        name,
        prepare: () => writeFiles(container, count),
        run: work,
      })
      return {
        peers: [
          peer('tabship', tabship(container, provider, `tabship-${count}`)),
          peer('by hand, 5 uploads at once', byHand(container, provider, `by-hand-${count}`)),
        ],
        async close() {
          await container.teardown()
          await provider.close()
        },
      }
    },
  }
}
