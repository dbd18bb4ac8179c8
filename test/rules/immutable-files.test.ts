import { describe, expect, it } from 'vitest'
import { immutableFiles } from '../../src/rules/immutable-files.js'

describe('files that never change', () => {
  it.each([
    ['Vite', 'assets/index-BxY3kQ9z.js', 'assets/index-C4n_d-7F.css'],
    ['esbuild', 'chunk-4QXZ7WGF.js', 'main-7LKR2M5P.js.map'],
    ['webpack', 'js/app.8f3b2c1d.js', 'static/js/main.8f3b2c1d.chunk.js', 'main.8f3b2c1d9e0a4b5c6d7e.css'],
    ['Gatsby', 'app-d6b2e7a0e0b4b4c6e3a5.js'],
    ['Rails', 'assets/logo-3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f.png'],
    [
      'Next.js',
      '_next/static/chunks/pages/_app.js',
      '_next/static/Xw3k/_buildManifest.js',
      'docs/_next/static/media/a.woff2',
    ],
    ['Astro', '_astro/hoisted.CeX9wSBN.js', '_astro/about.css'],
    ['SvelteKit', '_app/immutable/entry/start.js'],
    ['Nuxt', '_nuxt/entry.js', '_nuxt/builds/meta/3b4e.json'],
  ])('are known by the folder of the framework, or by the digest in their names: %s', async (_tool, ...paths) => {
    expect(await immutableFiles(paths)).toEqual(paths)
  })

  it.each([
    ['pages', 'index.html', '_astro/index.html', 'assets/page-BxY3kQ9z.html'],
    [
      'service workers',
      'sw.js',
      'service-worker.js',
      'assets/sw-BxY3kQ9z.js',
      'firebase-messaging-sw.js',
      'ngsw-worker.js',
    ],
    ['manifests', 'manifest.json', 'site-BxY3kQ9z.webmanifest', '_nuxt/builds/latest.json', '_app/version.json'],
    ['words', 'assets/hello-greeting.js', 'my-overview.css', 'a/user-MyWidget.js', 'img/iphone-iPhone15.png'],
    [
      'dates and versions',
      'photo-20240115.jpg',
      'report-version2.pdf',
      'app-chapter1.js',
      'jquery-3.7.1.min.js',
      'a.12345678.js',
    ],
    ['names of other lengths', 'assets/app-91bc.js', 'logo-4f2a.png', 'robots.txt', 'favicon.ico'],
    ['words in hex', 'deadbeef.css', 'cafe-deadbeef.js', 'a-facade.js'],
  ])('are no %s', async (_what, ...paths) => {
    expect(await immutableFiles(paths)).toEqual([])
  })

  it('are all of a folder whose names all have the form, as a digest may look like a word', async () => {
    const built = ['assets/index-BxY3kQ9z.js', 'assets/index-overview.css', 'assets/logo-C4n_d-7F.svg']
    expect(await immutableFiles(built)).toEqual(built)
    expect(await immutableFiles([...built, 'assets/robot.png'])).toEqual([built[0], built[2]])
  })
})
