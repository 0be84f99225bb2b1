/** What a module declares so that `daytwo doctor` can say what is wrong and how to mend it. */
export { databaseChecks } from './database-checks.ts'
export type { Diagnosis, DoctorCheck } from './diagnosis.ts'
export { folderChecks, runtimeChecks } from './environment-checks.ts'
