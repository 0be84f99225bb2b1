export { folderStore } from './folder.ts'
export { openArchiveStore } from './open.ts'
export { type S3Options, s3Store } from './s3.ts'
export { type Store, type StoredObject, storeMissing } from './store.ts'
