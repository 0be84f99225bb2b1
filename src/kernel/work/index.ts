export type { Failed, LeasedWork, Outcome, TransactionalWork, Work, WorkRow } from './definition.ts'
export { type Engine, makeEngine } from './engine.ts'
export { type DeadLetterChoice, inspectWork, type WorkInspection } from './inspect.ts'
export { drain, drainAll, startWorker, type Worker } from './worker.ts'
