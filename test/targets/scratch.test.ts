import { targetConformance } from './conformance.js'
import { startNetlifyBench } from './netlify-bench.js'

targetConformance({ name: 'netlify', setup: startNetlifyBench })
