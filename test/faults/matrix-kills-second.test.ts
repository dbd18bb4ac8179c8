import { startMatrix } from './matrix.js'
import { second } from './scenarios.js'

const matrix = await startMatrix(second)

matrix.kills()
matrix.end(70)
