import { startMatrix } from './matrix.js'
import { first } from './scenarios.js'

const matrix = await startMatrix(first)

matrix.kills()
matrix.end(70)
