// The embedded PostgreSQL: a server of our own for one data folder, without anything to install or set up.
export { backupCluster } from './backup.ts'
export { attachOrStart, runningServer, startEmbedded } from './start.ts'
export type { EmbeddedOptions, EmbeddedServer } from './types.ts'
