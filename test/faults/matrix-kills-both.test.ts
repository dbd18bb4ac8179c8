import { startMatrix } from './matrix.js'
import { both } from './scenarios.js'

const matrix = await startMatrix(both)

matrix.kills()
matrix.end(70)
