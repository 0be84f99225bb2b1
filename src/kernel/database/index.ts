export { type Database, type DatabaseOptions, openDatabase, type TxOptions } from './database.ts'
export { isOutage } from './errors.ts'
export {
  type Migration,
  type MigrationState,
  migrate,
  migrationFaults,
  migrationStates,
  migrationStatus,
  readMigrations,
  rollback,
} from './migrator.ts'
export { databaseNow } from './now.ts'
export { databaseUrl, loginFault, rolePassword, roles, setUpDatabase, withClient } from './roles.ts'
export type { PlatformTx, TenantTx, Tx } from './transaction.ts'
