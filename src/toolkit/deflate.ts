// The one place that knows which package packs and unpacks: archives of the container, objects of git.
export { inflateSync as inflateRaw, zlibSync as zlib } from 'fflate'
