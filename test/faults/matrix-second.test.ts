import { startMatrix } from './matrix.js'
import { second } from './scenarios.js'

const matrix = await startMatrix(second)

matrix.once()
matrix.lasting()
matrix.end(450)
