export type { ImageOptimizer, ImageWork } from '../spec/image-optimizer.js'
export { type ImageOptimizerOptions, imageOptimizer } from './image-optimizer.js'
