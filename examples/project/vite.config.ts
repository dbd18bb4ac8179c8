import { defineConfig } from 'vite'

export default defineConfig({
  // GitHub Pages serve a repository's site below its name.
  base: process.env.BASE_PATH ?? '/',
  build: {
    // Every asset stays a file of its own, however small.
    assetsInlineLimit: 0,
  },
})
