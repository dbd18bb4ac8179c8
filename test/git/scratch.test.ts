import { startGithubBench } from './github-bench.js'
import { gitHostResumeConformance } from './resume-conformance.js'

gitHostResumeConformance({ name: 'github', setup: startGithubBench })
