import { startMatrix } from './matrix.js'
import { first } from './scenarios.js'

const matrix = await startMatrix(first)

matrix.once()
matrix.lasting()
matrix.end(450)
