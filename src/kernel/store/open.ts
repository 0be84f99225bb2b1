import { isAbsolute, join } from 'node:path'
import type { Config } from '#kernel/config/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { folderStore } from './folder.ts'
import { s3Store } from './s3.ts'
import type { Store } from './store.ts'

/** The store of archives: the bucket where one is named, else `storage/archive` below the data folder. */
export function openArchiveStore(config: Config, dial: Dial): Store {
  const { S3_BUCKET, S3_ENDPOINT, S3_REGION, S3_PREFIX, S3_FORCE_PATH_STYLE, ARCHIVE_DIR, dataDir } = config
  if (S3_BUCKET === undefined) return folderStore(isAbsolute(ARCHIVE_DIR) ? ARCHIVE_DIR : join(dataDir, ARCHIVE_DIR))
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config
  return s3Store({
    dial,
    bucket: S3_BUCKET,
    prefix: S3_PREFIX.replaceAll(/^\/+|\/+$/g, ''),
    region: S3_REGION,
    endpoint: S3_ENDPOINT,
    forcePathStyle: S3_FORCE_PATH_STYLE,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  })
}
