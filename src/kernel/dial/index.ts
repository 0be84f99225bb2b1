/** Door of the dial: nothing of the product connects to anything outside it but through here. */
export { makeDial } from './dial.ts'
export { nodeAgents } from './node-agents.ts'
export * from './problems.ts'
export type { Dial, DialOptions, DialPolicy, DialRequest, DialTarget, Lookup } from './types.ts'
