export type { DeploymentEvent, DeploymentResult, EventBody, EventStamp } from '../spec/event.js'
export { estimateProgress, type Progress } from './estimate-progress.js'
export { eventSchema, parseEvent } from './event-schema.js'
export { type DeploymentState, initialState, reduce, type StepState } from './reduce.js'
