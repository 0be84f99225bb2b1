export type { LeasedWork, Outcome, TransactionalWork, Work, WorkRow } from './definition.ts'
export { type Engine, makeEngine } from './engine.ts'
export { drain, drainAll, startWorker, type Worker } from './worker.ts'
