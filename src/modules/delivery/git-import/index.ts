/** Door of the git import: a part of the delivery facts, called by the command `daytwo import:git`. */
export { type GitImport, type ImportDeps, type ImportSummary, importGit } from './import-git.ts'
