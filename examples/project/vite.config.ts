import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    // Every asset stays a file of its own, however small.
    assetsInlineLimit: 0,
  },
})
