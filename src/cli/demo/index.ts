/** Door of the demonstration: a history and how to send it. */
export { type DemoStream, demoStreams } from './company.ts'
export { demoHistory } from './history.ts'
export { type DemoProgress, type DemoResult, type SendDemo, sendDemo } from './send.ts'
export type { DemoEvent } from './simulation.ts'
